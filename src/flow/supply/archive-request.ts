import type { DebianArchitecture, DebianPocket } from "../../apt/model.ts";

/** Where a definition, or a stage of it, takes Debian packages from besides Debian's own archive. */
export interface ArchiveContents {
  /** Lines of sources.list. */
  readonly repositories: readonly string[];
  /** Addresses of their keys. */
  readonly keyring: readonly string[];
}

/** Of which Debian release, and for which architecture. */
export interface ArchiveRequest {
  readonly codename: string;
  readonly architecture: DebianArchitecture;
  /** Parts of Debian's archive to take; default the release, its updates and security, and what the lines name. */
  readonly pockets?: readonly DebianPocket[];
}
