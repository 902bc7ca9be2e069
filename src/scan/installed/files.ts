import type { InspectedTree } from "../../facts/model.ts";
import { joinPath, resolvePath } from "../../facts/path.ts";

/** Files of a package in one folder: the folder, without leading slash and "" for the root, then their names. */
export type FolderFiles = readonly [folder: string, ...names: string[]];

/** Longer paths than Linux can open (PATH_MAX) belong to nobody. */
export const longestPath = 4096;

/** The paths of `files`, without leading slash. */
export function* pathsOf(files: readonly FolderFiles[]): Generator<string> {
  for (const [folder, ...names] of files) {
    for (const name of names) yield joinPath(folder, name);
  }
}

/**
 * The file whose layer is the package's: its first regular file, if it can be one that is not a setting or a state, as
 * others change those; undefined for a package that has none in the image.
 */
export function evidenceOf(tree: InspectedTree, files: readonly FolderFiles[]): string | undefined {
  let second: string | undefined;
  for (const [folder, ...names] of files) {
    const place = resolvePath(tree.files, folder);
    if (place === null) continue;
    const found = names.map((name) => joinPath(place, name)).find((path) => tree.files.get(path)?.type === "file");
    if (found !== undefined && !/^(etc|var)\//.test(found)) return found;
    second ??= found;
  }
  return second;
}

/** `folder` as files are listed by it: without leading slashes and without one at its end. */
export function plainFolder(folder: string): string {
  let [start, end] = [0, folder.length];
  while (folder[start] === "/") start++;
  while (end > start && folder[end - 1] === "/") end--;
  return folder.slice(start, end);
}
