import type { ImageTree } from "../../facts/model.ts";
import { joinPath, nameOf, parentOf, resolvePath } from "../../facts/path.ts";
import { debianFolderOf, type InstalledPackage } from "./installed.ts";

/** The package that `from` gets when it asks for `name`; null when it would not find one. */
export type Resolve = (from: InstalledPackage, name: string) => InstalledPackage | null;

/** Characters of paths looked for in all. An image with fifty thousand packages needs less; another was made to take time. */
const mostLookedAt = 1_000_000_000;

/**
 * Finds packages as Node does: in the `node_modules` of the asking package's folder, then of the folders above it, links
 * followed; packages in Debian's folders find each other.
 */
export function createResolver(files: ImageTree["files"], installed: readonly InstalledPackage[]): Resolve {
  const byFolder = new Map(installed.map((item) => [item.folder, item]));
  const debianFolders = new Set(installed.flatMap(({ folder }) => debianFolderOf(folder) ?? []));
  let room = mostLookedAt;
  const at = (folder: string): InstalledPackage | null => {
    room -= folder.length;
    const known = byFolder.get(folder);
    if (known !== undefined) return known;
    if (files.get(folder)?.type !== "symlink") return null;
    return byFolder.get(resolvePath(files, folder) ?? "") ?? null;
  };
  return (from, name) => {
    for (let above: string | null = from.folder; above !== null && room > 0; above = folderAbove(above)) {
      const found = nameOf(above) === "node_modules" ? null : at(joinPath(above, `node_modules/${name}`));
      if (found !== null) return found;
    }
    if (debianFolderOf(from.folder) === null) return null;
    for (const folder of debianFolders) {
      const found = at(`${folder}/${name}`);
      if (found !== null) return found;
    }
    return null;
  };
}

function folderAbove(folder: string): string | null {
  return folder === "" ? null : parentOf(folder);
}
