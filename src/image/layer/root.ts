import type { ImageFile } from "../../facts/model.ts";
import { hasAncestor, joinPath, nameOf, parentOf, resolvePath } from "../../facts/path.ts";
import type { FileTrait } from "../../facts/trait.ts";
import { isMarker, opaqueName, whiteoutPrefix } from "../../facts/whiteout.ts";
import type { Fragment } from "./fragment.ts";

/** All files of the layers so far, by path: what an image's root file system will be. */
export type Root = ReadonlyMap<string, ImageFile>;

/** Which directory counts where two fragments ship one: `first`, as dpkg has it among packages, or `last`, as layers do. */
export type DirectoryRule = "first" | "last";

/**
 * A root that has grown by layers of fragments, the first of which is layer number `layer`. What a layer takes away, by
 * markers or by a file in the place of a folder, is gone from what was there before (OCI image-spec, layer.md).
 */
export function growRoot(
  root: Root,
  layers: readonly (readonly Fragment[])[],
  { layer, directories }: { readonly layer: number; readonly directories: DirectoryRule },
): Root {
  const grown = new Map(root);
  for (const [index, fragments] of layers.entries()) grow(grown, fragments, { layer: layer + index, directories });
  return grown;
}

function grow(
  grown: Map<string, ImageFile>,
  fragments: readonly Fragment[],
  { layer, directories }: { readonly layer: number; readonly directories: DirectoryRule },
): void {
  hideLower(grown, fragments);
  for (const fragment of fragments) {
    for (const [path, mode, uid, gid] of fragment.directories) {
      if (directories === "first" && grown.get(path)?.type === "directory") continue;
      grown.set(path, { path, type: "directory", mode, uid, gid, size: 0, linkPath: "", layer });
    }
    for (const [path, type, size, mode, uid, gid, linkPath] of fragment.files) {
      if (!isMarker(path)) grown.set(path, { path, type, size, mode, uid, gid, linkPath, layer });
    }
  }
}

/** Takes away what lower layers have at the paths that markers name, below them, and in folders that become files. */
function hideLower(root: Map<string, ImageFile>, fragments: readonly Fragment[]): void {
  const hidden = new Set<string>();
  const emptied = new Set<string>();
  for (const { files } of fragments) {
    for (const [path] of files) {
      if (!isMarker(path)) {
        if (root.get(path)?.type === "directory") emptied.add(path);
      } else if (nameOf(path) === opaqueName) emptied.add(parentOf(path));
      else hidden.add(joinPath(parentOf(path), nameOf(path).slice(whiteoutPrefix.length)));
    }
  }
  if (hidden.size + emptied.size === 0) return;
  for (const path of root.keys()) {
    if (hidden.has(path) || hasAncestor(path, hidden) || hasAncestor(path, emptied)) root.delete(path);
  }
}

/** What the programs, libraries and scripts of `root` need: of each path the file that is there in the end. */
export function traitsIn(root: Root, fragments: readonly Fragment[]): ReadonlyMap<string, FileTrait> {
  const traits = new Map<string, FileTrait>();
  for (const fragment of fragments) {
    for (const [path] of fragment.files) traits.delete(path);
    for (const [path, trait] of fragment.traits) traits.set(path, trait);
    for (const [path, type, , , , , linkPath] of fragment.files) {
      const trait = type === "link" ? traits.get(linkPath) : undefined;
      if (trait !== undefined) traits.set(path, trait);
    }
  }
  for (const path of traits.keys()) {
    const type = root.get(path)?.type;
    if (type !== "file" && type !== "link") traits.delete(path);
  }
  return traits;
}

/** Where `path` lands in `root`: links in its folders are followed, as a container runtime would; null for a loop of links. */
export function placeIn(root: Root, path: string): string | null {
  const parent = parentOf(path);
  const place = resolvePath(root, parent);
  return place === null ? null : joinPath(place, nameOf(path));
}
