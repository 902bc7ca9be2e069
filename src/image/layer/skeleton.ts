import { parentPaths } from "../package/deb-fragment.ts";
import { mergedUsrLinks } from "../package/merged-usr.ts";
import { directoryEntry, type Entry, symlinkEntry } from "./entry.ts";
import type { DirectoryRow, Fragment } from "./fragment.ts";

/** Directories known so far, by path: lower layers first, and within a layer the first to name one. */
export type Directories = ReadonlyMap<string, DirectoryRow>;

/** Adds what `fragments` ship to the directories of the layers below. */
export function mergeDirectories(below: Directories, fragments: readonly Fragment[]): Directories {
  const merged = new Map(below);
  for (const fragment of fragments) {
    for (const row of fragment.directories) if (!merged.has(row[0])) merged.set(row[0], row);
  }
  return merged;
}

/** `base`: whether this is the image's first layer, which also makes the root's aliases. */
export interface SkeletonOptions {
  readonly base: boolean;
  readonly generated: readonly Entry[];
}

/**
 * The directories a layer needs before its fragments, each once, parents first: those its packages ship and the parents
 * of its files. A parent that nobody ships is root's, mode 0755.
 */
export function skeletonEntries(
  fragments: readonly Fragment[],
  directories: Directories,
  options: SkeletonOptions,
): readonly Entry[] {
  const newest = fragments.reduce((time, fragment) => Math.max(time, fragment.newest), 0);
  const needed = new Set<string>(options.base ? mergedUsrLinks.map(([, target]) => target) : []);
  for (const fragment of fragments) {
    for (const [path] of fragment.directories) addWithParents(needed, path);
    for (const [path] of fragment.files) for (const parent of parentPaths(path)) needed.add(parent);
  }
  for (const { path } of options.generated) for (const parent of parentPaths(path)) needed.add(parent);
  for (const path of [...needed]) for (const parent of parentPaths(path)) needed.add(parent);
  const entries = [...needed].sort(byPath).map((path) => {
    const [, mode, uid, gid, mtime] = directories.get(path) ?? [path, 0o755, 0, 0, newest];
    return directoryEntry(path, { mode, uid, gid, mtime });
  });
  const links = options.base
    ? mergedUsrLinks.map(([path, target]) => symlinkEntry(path, target, { mtime: newest }))
    : [];
  return [...entries, ...links];
}

function addWithParents(paths: Set<string>, path: string): void {
  paths.add(path);
  for (const parent of parentPaths(path)) paths.add(parent);
}

function byPath(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
