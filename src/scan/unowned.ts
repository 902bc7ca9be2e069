import type { ImageTree } from "../facts/model.ts";
import type { Sbom } from "../sbom/model.ts";
import type { Owners } from "./owners.ts";

/** Regular files and links that no package owns, sorted by path. A further hard link to a file adds no bytes. */
export function findUnowned(tree: ImageTree, owners: Owners): Sbom["unowned"] {
  const paths: string[] = [];
  let bytes = 0;
  for (const file of tree.files.values()) {
    const counts = file.type === "file" || file.type === "symlink" || file.type === "link";
    if (!counts || owners.owns(file.path)) continue;
    paths.push(file.path);
    bytes += file.size;
  }
  return { files: paths.length, bytes, paths: paths.sort() };
}
