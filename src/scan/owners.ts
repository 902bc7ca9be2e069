import { createFolderPlaces } from "../facts/files/folder-places.ts";
import type { FileTable } from "../facts/files/table.ts";
import { parentOf } from "../facts/path.ts";

/** Which files of an image packages own. The first owner of a file keeps it. */
export interface Owners {
  /** Whether any file may be asked about, or those only in which something was found. */
  readonly covers: "files" | "findings";
  /** Adds a path as a package records it, with or without leading slash, also by another name of its folder (`/lib/x`). */
  add(path: string, purl: string): void;
  /** Adds all that is below `folder`, now or found later; nothing for the root and the folders of the system there. */
  addFolder(folder: string, purl: string): void;
  owns(path: string): boolean;
  /** Package URL of the package that owns the file at `path`; null where none does. */
  ownerOf(path: string): string | null;
}

/** Folders no single package can own as a whole. */
const systemFolders = new Set([
  ...[
    "",
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
  ],
  ...["run", "sbin", "srv", "sys", "tmp", "usr", "var", "usr/bin", "usr/lib", "usr/local", "usr/local/bin"],
  ...["usr/local/lib", "usr/share", "usr/src", "usr/sbin"],
]);

/** Folders that a merged /usr has in /usr only, whether or not the image has the links to there. */
const mergedFolder = /^(bin|sbin|lib|lib32|lib64|libx32|libo32)\//;

/** The files that may have owners. */
export interface OwnableFiles {
  readonly covers: Owners["covers"];
  /** A small number for the file at `path`; -1 where there is none. */
  rowOf(path: string): number;
  /** Where a folder really is, which the links in its path decide; null where they form a loop. */
  placeOf(folder: string): string | null;
}

/** All files of an image. */
export function ownableFiles(files: FileTable): OwnableFiles {
  return { covers: "files", rowOf: files.rowOf, placeOf: createFolderPlaces(files).placeOf };
}

/** Those in which something was found, as of lower layers: they need not be in the image. */
export function filesWithFindings(findings: ReadonlyMap<string, unknown>, all: OwnableFiles): OwnableFiles {
  const rows = new Map([...findings.keys()].map((path, row) => [path, row]));
  return { covers: "findings", rowOf: (path) => rows.get(path) ?? -1, placeOf: all.placeOf };
}

/** Owners of `files`, none yet. */
export function createOwners(files: OwnableFiles): Owners {
  const purls: string[] = [];
  const numbers = new Map<string, number>();
  /** By row of the file: the number of the package URL. */
  const owners = new Map<number, number>();
  const folders = new Map<string, string>();
  const numberOf = (purl: string): number => {
    const known = numbers.get(purl);
    if (known !== undefined) return known;
    numbers.set(purl, purls.length);
    return purls.push(purl) - 1;
  };
  const own = (path: string, purl: string) => {
    const row = files.rowOf(path);
    if (row >= 0 && !owners.has(row)) owners.set(row, numberOf(purl));
  };
  const all: Owners = {
    covers: files.covers,
    add(path, purl) {
      const plain = path.startsWith("/") ? path.slice(1) : path;
      own(plain, purl);
      const folder = parentOf(plain);
      const place = files.placeOf(folder);
      if (place !== null && place !== folder) own(`${place}${plain.slice(folder.length)}`, purl);
      else if (mergedFolder.test(plain)) own(`usr/${plain}`, purl);
    },
    addFolder(folder, purl) {
      if (!systemFolders.has(folder) && !folders.has(folder)) folders.set(folder, purl);
    },
    owns: (path) => all.ownerOf(path) !== null,
    ownerOf(path) {
      const row = files.rowOf(path);
      const number = row < 0 ? undefined : owners.get(row);
      if (number !== undefined) return purls[number] ?? null;
      if (folders.size === 0) return null;
      for (let parent = parentOf(path); parent !== ""; parent = parentOf(parent)) {
        const purl = folders.get(parent);
        if (purl !== undefined) return purl;
      }
      return null;
    },
  };
  return all;
}
