import type { ImageFile } from "../model.ts";
import { parentOf, parentPaths } from "../path.ts";

type Files = ReadonlyMap<string, ImageFile>;

/** Who would write; numbers that are not known are null. */
export interface Identity {
  readonly uid: number | null;
  readonly gid: number | null;
  readonly groups: readonly number[];
}

const [read, write, search] = [0o4, 0o2, 0o1];
const sticky = 0o1000;

/**
 * Absolute paths that `identity` can write by the bits of files and folders (path_resolution(7)), sorted; what lies below
 * a folder of the list is left out. For root that is `/`. null when the uid is not known.
 */
export function writablePaths(files: Files, identity: Identity): readonly string[] | null {
  if (identity.uid === null) return null;
  if (identity.uid === 0) return ["/"];
  const may = permission(identity);
  const reachable = reachability(files, may);
  const found = new Set<string>();
  for (const file of files.values()) {
    if (!isStored(file) || !may(file, file.type === "directory" ? write | search : write)) continue;
    if (reachable(parentOf(file.path))) found.add(file.path);
  }
  const isFolder = (path: string) => found.has(path) && files.get(path)?.type === "directory";
  return [...found]
    .filter((path) => !parentPaths(path).some(isFolder))
    .map(absolute)
    .sort();
}

/** Whether `identity` can read the file at a path that is free of links; one that is not known can. */
export function readability(files: Files, identity: Identity): (path: string) => boolean {
  if (identity.uid === null || identity.uid === 0) return () => true;
  const may = permission(identity);
  const reachable = reachability(files, may);
  return (path) => {
    const file = files.get(path);
    return file === undefined || (may(file, read) && reachable(parentOf(path)));
  };
}

/** What everybody can write: folders with the sticky bit, where only owners can remove, apart from the rest. */
export function openToAll(files: Files): {
  readonly worldWritable: readonly string[];
  readonly sticky: readonly string[];
} {
  const open = [...files.values()].filter((file) => isStored(file) && (file.mode & write) !== 0);
  const isSticky = ({ type, mode }: ImageFile) => type === "directory" && (mode & sticky) !== 0;
  const paths = (some: readonly ImageFile[]) => some.map(({ path }) => absolute(path)).sort();
  return {
    worldWritable: paths(open.filter((file) => !isSticky(file))),
    sticky: paths(open.filter(isSticky)),
  };
}

/** Bits of symbolic links mean nothing, and devices of an image are hidden behind the runtime's own. */
function isStored({ type }: ImageFile): boolean {
  return type === "file" || type === "link" || type === "directory";
}

type Permission = (file: ImageFile, bits: number) => boolean;

/** Only one class of bits counts: the owner's for the owner, else the group's for its members, else the others'. */
function permission({ uid, gid, groups }: Identity): Permission {
  const all = new Set([...groups, ...(gid === null ? [] : [gid])]);
  return (file, bits) => {
    const shift = file.uid === uid ? 6 : all.has(file.gid) ? 3 : 0;
    return ((file.mode >> shift) & bits) === bits;
  };
}

/** Whether a folder can be entered, and all above it; one the layers do not have is made with mode 0755. */
function reachability(files: Files, may: Permission): (path: string) => boolean {
  const known = new Map([["", true]]);
  const reachable = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const folder = files.get(path);
    const found = (folder === undefined || may(folder, search)) && reachable(parentOf(path));
    known.set(path, found);
    return found;
  };
  return reachable;
}

function absolute(path: string): string {
  return `/${path}`;
}
