import type { ImageFile } from "../../facts/model.ts";
import { parentOf, parentPaths } from "../../facts/path.ts";
import { opaqueMarkerOf, whiteoutOf } from "../../facts/whiteout.ts";
import { directoryEntry, type Entry, fileEntry } from "../layer/entry.ts";
import type { Root } from "../layer/root.ts";
import { requireNoMarkerName } from "./marker-name.ts";

/** The files of a definition's own layer while its `paths` are applied one after the other. */
export interface OwnTree {
  /** What the image would look like now, folders that nobody ships included. */
  readonly view: Map<string, ImageFile>;
  /** What the layer will hold, by path; markers of what is taken away too. */
  readonly own: Map<string, Entry>;
  readonly below: Root;
}

/** The tree of a layer that holds nothing yet, on top of `below`. */
export function createOwnTree(below: Root): OwnTree {
  const view = new Map(below);
  for (const path of below.keys()) {
    for (let parent = parentOf(path); parent !== "" && !view.has(parent); parent = parentOf(parent)) {
      view.set(parent, fileOf(directoryEntry(parent)));
    }
  }
  return { view, own: new Map(), below };
}

/**
 * Adds an entry; a file in the place of a folder takes all that was in it away. Throws IMAGE_PATH_INVALID for a name that
 * would be a marker.
 */
export function put(tree: OwnTree, entry: Entry): void {
  const { view, own } = tree;
  const { path, type } = entry;
  requireNoMarkerName(path);
  addParents(tree, path);
  const before = view.get(path);
  if (before !== undefined && (before.type === "directory") !== (type === "directory")) remove(tree, path);
  const isBack = own.delete(whiteoutOf(path));
  if (isBack && type === "directory") own.set(opaqueMarkerOf(path), fileEntry(opaqueMarkerOf(path), ""));
  own.set(path, entry);
  view.set(path, fileOf(entry));
}

/** Takes away what is at `path`, a folder with all in it; what lower layers have there is marked as deleted. */
export function remove({ view, own, below }: OwnTree, path: string): void {
  const inside = `${path}/`;
  const isAt = (candidate: string) => candidate === path || candidate.startsWith(inside);
  for (const candidate of own.keys()) if (isAt(candidate)) own.delete(candidate);
  for (const candidate of view.keys()) if (isAt(candidate)) view.delete(candidate);
  if (below.has(path) || hasAny(below, isAt)) own.set(whiteoutOf(path), fileEntry(whiteoutOf(path), ""));
}

/** Missing folders are the layer's to make, save one in the place of what was deleted: a marker would hide it again. */
function addParents(tree: OwnTree, path: string): void {
  for (const parent of parentPaths(path)) {
    if (tree.view.has(parent)) continue;
    if (tree.own.has(whiteoutOf(parent))) put(tree, directoryEntry(parent));
    else tree.view.set(parent, fileOf(directoryEntry(parent)));
  }
}

function fileOf({ path, type, mode, uid, gid, linkPath, content }: Entry): ImageFile {
  return { path, type, mode, uid, gid, size: content.length, linkPath, layer: -1 };
}

function hasAny(root: Root, isWanted: (path: string) => boolean): boolean {
  for (const path of root.keys()) if (isWanted(path)) return true;
  return false;
}
