/** A CPU as Debian names it. */
export type DebianArchitecture = "amd64" | "arm64";

/** A part of Debian's archive. */
export type DebianPocket = "release" | "updates" | "security" | "backports";

/**
 * Where a version comes from. Of equal versions security is preferred, then updates, the release, backports, and last
 * what is not Debian's.
 */
export type Pocket = DebianPocket | "third-party";

/** A suite whose Release file has been verified. */
export interface Release {
  /** As requested: `trixie`, `trixie-updates`, `trixie-security`; of another archive `<base URL> <suite>`. */
  readonly suite: string;
  readonly codename: string;
  readonly pocket: Pocket;
  /** Point release such as `13.7`; null where the Release file names none. */
  readonly version: string | null;
  /** ISO 8601. */
  readonly date: string;
  readonly validUntil: string | null;
  /** SHA-256 (hex) of the signed bytes as they came. */
  readonly sha256: string;
  /** Base URL it came from, without credentials. */
  readonly mirror: string;
  /** Fingerprints of the pinned keys whose signatures verified. */
  readonly signedBy: readonly string[];
  /** False where the archive wants its packages taken only when nothing else has them, or by version (`NotAutomatic`). */
  readonly automatic: boolean;
}

/** A binary package of the archive, as its Packages stanza says. */
export interface ArchivePackage {
  readonly name: string;
  readonly version: string;
  /** `amd64`, `arm64` or `all`. */
  readonly architecture: string;
  readonly source: { readonly name: string; readonly version: string };
  readonly essential: boolean;
  readonly priority: string;
  /** Path below the mirror's base URL. */
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  readonly preDepends: string;
  readonly depends: string;
  readonly provides: string;
  readonly replaces: string;
  readonly conflicts: string;
  readonly breaks: string;
  /** The suite that has it, named as in `Release`. */
  readonly suite: string;
  readonly pocket: Pocket;
  /** Base URL of the mirror that serves it. */
  readonly mirror: string;
}

/** A repository that was asked for and could not be read. */
export interface UnreachableRepository {
  /** As the definition has it. */
  readonly line: string;
  readonly reason: string;
}

/** The packages of a set of suites for one architecture. */
export interface PackageIndex {
  readonly architecture: DebianArchitecture;
  readonly releases: readonly Release[];
  /** What the index lacks because it could not be read; for the message when a package is not found. */
  readonly unreachable?: readonly UnreachableRepository[];
  /**
   * All versions of a package, the one to take first: newest first, security first among equals, those of suites that
   * are not automatic after all others.
   */
  find(name: string): readonly ArchivePackage[];
  /** Names of all packages, sorted. This reads all of the index: for what has time. */
  names(): readonly string[];
  /** Packages that declare they provide `name`, with the version they provide it as (null when unversioned). */
  providers(name: string): readonly { readonly package: ArchivePackage; readonly version: string | null }[];
  /** All binary packages built from a source package. */
  ofSource(name: string): readonly ArchivePackage[];
  /** Names of packages with this Priority field or (essential) flag: the ingredients of a minimal system. */
  withPriority(priority: string): readonly ArchivePackage[];
  essential(): readonly ArchivePackage[];
  close(): void;
}

/** A dependency that an exclusion left unmet. */
export interface CutEdge {
  readonly package: string;
  readonly relation: string;
}

/** What a request resolved to, sorted by name. */
export interface Resolution {
  readonly packages: readonly ArchivePackage[];
  /** Explicitly asked for, by name. */
  readonly explicit: readonly string[];
  readonly cut: readonly CutEdge[];
}
