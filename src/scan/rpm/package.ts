import { type FolderFiles, packFolders } from "../installed/files.ts";
import { damaged } from "./damaged.ts";
import type { RpmHeader } from "./header.ts";

/** What a package's header says, in short. */
export interface RpmPackage {
  readonly name: string;
  /** `version-release`. */
  readonly version: string;
  /** null where there is none, which rpm compares as 0. */
  readonly epoch: number | null;
  /** `noarch` for what runs anywhere. */
  readonly architecture: string | null;
  /** Name of the source package's file, `bash-5.2.26-4.el10.src.rpm`. */
  readonly sourceRpm: string | null;
  readonly license: string | null;
  readonly vendor: string | null;
  /** The module and stream it is of, `nodejs:18:8080020230322143104:63b34585`. */
  readonly module: string | null;
  /** Installed files, links included and folders not. */
  readonly files: readonly FolderFiles[];
}

/** Tags of a header (rpm, include/rpm/rpmtag.h). */
export const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  architecture: 1022,
  fileStates: 1029,
  fileModes: 1030,
  sourceRpm: 1044,
  provides: 1047,
  requires: 1049,
  folderIndexes: 1116,
  fileNames: 1117,
  folders: 1118,
  module: 5096,
} as const;

/** States of a file (rpm, include/rpm/rpmfiles.h) in which it is the package's: normal, on a shared volume. */
const installedStates: ReadonlySet<number> = new Set([0, 3]);

/** What a name, version, release or architecture may be: neither blanks nor slashes, nor what is no UTF-8. */
export const plain = /^[^\s/\p{Cc}\ufffd]{1,255}$/u;

/**
 * Reads a package from its header; null for a key that rpm trusts (`gpg-pubkey`), which rpm keeps among the packages.
 * Throws SCAN_FILE_INVALID.
 */
export function readRpmPackage(header: RpmHeader): RpmPackage | null {
  const name = required(header, tags.name);
  if (name === "gpg-pubkey") return null;
  return {
    name,
    version: `${required(header, tags.version)}-${required(header, tags.release)}`,
    epoch: header.numbers(tags.epoch)[0] ?? null,
    architecture: optional(header, tags.architecture),
    sourceRpm: optional(header, tags.sourceRpm),
    license: header.text(tags.license) || null,
    vendor: header.text(tags.vendor) || null,
    module: optional(header, tags.module),
    files: filesOf(header),
  };
}

function required(header: RpmHeader, tag: number): string {
  const text = header.text(tag) ?? "";
  if (!plain.test(text)) throw damaged("a package's header has no name, version or release");
  return text;
}

function optional(header: RpmHeader, tag: number): string | null {
  const text = header.text(tag) ?? "";
  return plain.test(text) && text !== "(none)" ? text : null;
}

function filesOf(header: RpmHeader): readonly FolderFiles[] {
  const indexes = header.numbers(tags.folderIndexes);
  const modes = header.numbers(tags.fileModes);
  const states = header.numbers(tags.fileStates);
  const folders = header.texts(tags.folders).map((folder) => ({ folder, names: [] as string[] }));
  for (const [at, name] of header.texts(tags.fileNames).entries()) {
    const isFolder = ((modes[at] ?? 0) & 0o170_000) === 0o040_000;
    const isInstalled = installedStates.has(states[at] ?? 0);
    if (!isFolder && isInstalled) folders[indexes[at] ?? -1]?.names.push(name);
  }
  return packFolders(folders);
}
