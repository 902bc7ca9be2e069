import { parentPaths } from "../../facts/path.ts";
import { directoryEntry, type Entry } from "./entry.ts";
import type { DirectoryRow, Fragment } from "./fragment.ts";
import type { Root } from "./root.ts";

/**
 * The directories a layer needs before its fragments, each once, parents first: those its fragments ship and the parents
 * of its files. Mode and owner are those of `root`; one that nobody ships is root's, mode 0755. Their time is the
 * fragments' own, so that the same fragments make the same layer in every image.
 */
export function skeletonEntries(fragments: readonly Fragment[], root: Root): readonly Entry[] {
  const newest = fragments.reduce((time, fragment) => Math.max(time, fragment.newest), 0);
  const shipped = new Map<string, DirectoryRow>();
  const needed = new Set<string>();
  for (const fragment of fragments) {
    for (const row of fragment.directories) {
      if (!shipped.has(row[0])) shipped.set(row[0], row);
      addWithParents(needed, row[0]);
    }
    for (const [path] of fragment.files) for (const parent of parentPaths(path)) needed.add(parent);
  }
  return [...needed].sort(byPath).map((path) => {
    const [, shippedMode = 0o755, shippedUid = 0, shippedGid = 0, mtime = newest] = shipped.get(path) ?? [path];
    const known = root.get(path);
    const { mode, uid, gid } =
      known?.type === "directory" ? known : { mode: shippedMode, uid: shippedUid, gid: shippedGid };
    return directoryEntry(path, { mode, uid, gid, mtime });
  });
}

function addWithParents(paths: Set<string>, path: string): void {
  paths.add(path);
  for (const parent of parentPaths(path)) paths.add(parent);
}

function byPath(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
