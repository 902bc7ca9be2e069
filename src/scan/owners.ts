import type { FileTable } from "../facts/files/table.ts";
import { parentOf, resolvePath } from "../facts/path.ts";

/** Which files of an image packages own. The first owner of a file keeps it. */
export interface Owners {
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

/** Owners of the files of an image, none yet. */
export function createOwners(files: FileTable): Owners {
  const purls: string[] = [];
  const numbers = new Map<string, number>();
  /** By row of the file; one more than the number of the package URL. */
  const owners = new Map<number, number>();
  const folders = new Map<string, string>();
  const places = new Map<string, string | null>();
  const placeOf = (folder: string): string | null => {
    const known = places.get(folder);
    if (known !== undefined) return known;
    const place = resolvePath(files, folder);
    places.set(folder, place);
    return place;
  };
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
    add(path, purl) {
      const plain = path.startsWith("/") ? path.slice(1) : path;
      own(plain, purl);
      const folder = parentOf(plain);
      const place = placeOf(folder);
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
