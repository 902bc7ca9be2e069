import type { InspectedTree } from "../facts/files/tree.ts";
import type { Sbom } from "../sbom/model.ts";
import type { Owners } from "./owners.ts";

/** Paths that are kept unless all are asked for: an image may have millions. */
export const usualUnownedPaths = 10_000;

/**
 * Regular files and links that no package owns. A further hard link to a file adds no bytes. Of the paths the first `limit`
 * are kept, sorted.
 */
export function findUnowned(tree: InspectedTree, owners: Owners, limit: number): Sbom["unowned"] {
  const paths: string[] = [];
  let files = 0;
  let bytes = 0;
  for (const file of tree.files.values()) {
    const counts = file.type === "file" || file.type === "symlink" || file.type === "link";
    if (!counts || owners.owns(file.path)) continue;
    files++;
    bytes += file.size;
    if (paths.length < limit) paths.push(file.path);
  }
  return { files, bytes, paths: paths.sort() };
}
