import type { ImageFile } from "../facts/model.ts";
import { parentOf, resolvePath } from "../facts/path.ts";

/** Which files of an image packages own. */
export interface Owners {
  /** Adds a path as a package records it, with or without leading slash, also by another name of its folder (`/lib/x`). */
  add(path: string): void;
  /** Adds all that is below `folder`, now or found later; nothing for the root and the folders of the system there. */
  addFolder(folder: string): void;
  owns(path: string): boolean;
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
export function createOwners(files: ReadonlyMap<string, ImageFile>): Owners {
  const owned = new Set<string>();
  const folders = new Set<string>();
  const places = new Map<string, string | null>();
  const placeOf = (folder: string): string | null => {
    const known = places.get(folder);
    if (known !== undefined) return known;
    const place = resolvePath(files, folder);
    places.set(folder, place);
    return place;
  };
  return {
    add(path) {
      const plain = path.startsWith("/") ? path.slice(1) : path;
      owned.add(plain);
      const folder = parentOf(plain);
      const place = placeOf(folder);
      if (place !== null && place !== folder) owned.add(`${place}${plain.slice(folder.length)}`);
      else if (mergedFolder.test(plain) && !files.has(plain)) owned.add(`usr/${plain}`);
    },
    addFolder(folder) {
      if (!systemFolders.has(folder)) folders.add(folder);
    },
    owns(path) {
      if (owned.has(path)) return true;
      if (folders.size === 0) return false;
      for (let parent = parentOf(path); parent !== ""; parent = parentOf(parent)) if (folders.has(parent)) return true;
      return false;
    },
  };
}
