import type { InspectedTree } from "../../facts/files/tree.ts";
import { joinPath, resolvePath } from "../../facts/path.ts";

/**
 * Files of a package in one folder: the folder, without leading slash and "" for the root, then their names, one after the
 * other with slashes between them. A distribution has half a million of them, of which each would take the memory of three.
 */
export type FolderFiles = readonly [folder: string, names: string];

/** Longer paths than Linux can open (PATH_MAX) belong to nobody. */
const longestPath = 4096;

/** A folder as a package names it, and names of files in it. */
export interface NamedFiles {
  readonly folder: string;
  readonly names: readonly string[];
}

/** The files of these folders in short, without those that can be no file's name. */
export function packFolders(folders: readonly NamedFiles[]): readonly FolderFiles[] {
  return folders
    .map(({ folder, names }): FolderFiles => {
      const plain = plainFolder(folder);
      const isPossible = (name: string) => !name.includes("/") && plain.length + name.length < longestPath;
      return [plain, names.filter((name) => name !== "" && isPossible(name)).join("/")];
    })
    .filter(([, names]) => names !== "");
}

/** The paths of `files`, without leading slash. */
export function* pathsOf(files: readonly FolderFiles[]): Generator<string> {
  for (const [folder, names] of files) {
    for (const name of names.split("/")) yield joinPath(folder, name);
  }
}

/**
 * The file whose layer is the package's: its first regular file, if it can be one that is not a setting or a state, as
 * others change those; undefined for a package that has none in the image.
 */
export function evidenceOf(tree: InspectedTree, files: readonly FolderFiles[]): string | undefined {
  let second: string | undefined;
  for (const [folder, names] of files) {
    const place = resolvePath(tree.files, folder);
    if (place === null) continue;
    const paths = names.split("/").map((name) => joinPath(place, name));
    const found = paths.find((path) => tree.files.get(path)?.type === "file");
    if (found !== undefined && !/^(etc|var)\//.test(found)) return found;
    second ??= found;
  }
  return second;
}

function plainFolder(folder: string): string {
  let [start, end] = [0, folder.length];
  while (folder[start] === "/") start++;
  while (end > start && folder[end - 1] === "/") end--;
  return folder.slice(start, end);
}
