import type { ImageTree } from "../../facts/model.ts";

/** Files of a package in one folder: the folder, without leading slash and "" for the root, then their names. */
export type FolderFiles = readonly [folder: string, ...names: string[]];

/** Longer paths than Linux can open (PATH_MAX) belong to nobody. */
export const longestPath = 4096;

/** The paths of `files`, without leading slash. */
export function* pathsOf(files: readonly FolderFiles[]): Generator<string> {
  for (const [folder, ...names] of files) {
    for (const name of names) yield folder === "" ? name : `${folder}/${name}`;
  }
}

/**
 * The file whose layer is the package's: its first regular file that is not a setting or a state, as others change those;
 * undefined for a package that has none in the image.
 */
export function evidenceOf(tree: ImageTree, files: readonly FolderFiles[]): string | undefined {
  for (const path of pathsOf(files)) {
    if (tree.files.get(path)?.type === "file" && !/^(etc|var)\//.test(path)) return path;
  }
  return undefined;
}

/** `folder` as files are listed by it: without leading slashes and without one at its end. */
export function plainFolder(folder: string): string {
  let [start, end] = [0, folder.length];
  while (folder[start] === "/") start++;
  while (end > start && folder[end - 1] === "/") end--;
  return folder.slice(start, end);
}
