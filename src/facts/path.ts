import type { ImageFile } from "./model.ts";

/** How many symbolic links a path may lead through, as Linux counts (path_resolution(7)). */
const maximumLinks = 40;

/**
 * Where `path` leads inside the image: links in its folders, and with `followLast` (the default) in its last part too, are
 * followed, absolute ones from the image's root. The result has no leading slash, is "" for the root and need not exist.
 * null when the links form a loop.
 */
export function resolvePath(
  files: ReadonlyMap<string, ImageFile>,
  path: string,
  options: { readonly followLast?: boolean } = {},
): string | null {
  const followLast = options.followLast ?? true;
  const pending = path.split("/").reverse();
  let links = 0;
  let place = "";
  for (;;) {
    const part = pending.pop();
    if (part === undefined) return place;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      place = parentOf(place);
      continue;
    }
    const next = joinPath(place, part);
    const file = files.get(next);
    if (file?.type !== "symlink" || (pending.length === 0 && !followLast)) {
      place = next;
      continue;
    }
    links++;
    if (links > maximumLinks) return null;
    if (file.linkPath.startsWith("/")) place = "";
    pending.push(...file.linkPath.split("/").reverse());
  }
}

/** The file `path` leads to, all links followed; null when there is none. */
export function findFile(files: ReadonlyMap<string, ImageFile>, path: string): ImageFile | null {
  const place = resolvePath(files, path);
  return place === null ? null : (files.get(place) ?? null);
}

/** The folder of `path`; "" for what stands in the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** The paths of all folders above `path`, nearest last. */
export function parentPaths(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Whether a folder that `path` is in, at any depth, is in `folders`. The root is "". */
export function hasAncestor(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.has("")) return true;
  if (folders.size === 0) return false;
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
    if (folders.has(path.slice(0, slash))) return true;
  }
  return false;
}

/** What is called `name` in `folder`. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The last part of `path`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
