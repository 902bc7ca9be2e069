import { ContentError } from "./error.ts";

/** The system's code of `cause`, such as ENOENT; null when it has none. */
export function errorCode(cause: unknown): string | null {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : null;
}

const inTheWay = "something else is in the way: choose another path, or remove what is there";
const full = "the disk is full: free some space, or write elsewhere; nothing half-written was kept";
const notYours = "write to a folder that belongs to you; nothing half-written was kept";
const noPlace = "no file or folder can be made there: choose another path";

const writeHints: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", full],
  ["EDQUOT", full],
  ["EACCES", notYours],
  ["EPERM", notYours],
  ["EFBIG", notYours],
  ["EIO", notYours],
  ["EROFS", "the file system is read-only: choose another path"],
  ["ENOENT", noPlace],
  ["ENAMETOOLONG", noPlace],
  ["ELOOP", noPlace],
  ["EISDIR", "it is a folder: name a file in it"],
  ["ENOTDIR", inTheWay],
  ["EEXIST", inTheWay],
  ["ENOTEMPTY", inTheWay],
]);

/** `cause` as CONTENT_UNWRITABLE for `path` where it says that the disk refuses to be written; else `cause` itself. */
export function diskError(cause: unknown, path: string): unknown {
  const code = errorCode(cause);
  const hint = code === null ? undefined : writeHints.get(code);
  if (hint === undefined) return cause;
  return new ContentError("CONTENT_UNWRITABLE", `cannot write ${path}: ${code}`, { hint, cause });
}

const permissions = "check the permissions of the file and of the folders above it";

const readHints: ReadonlyMap<string, string> = new Map([
  ["EACCES", permissions],
  ["EPERM", permissions],
  ["EIO", "the disk has a defect there: get the file from elsewhere"],
  ["ELOOP", "its symbolic links lead in a circle: check the path"],
  ["ENAMETOOLONG", "no file has so long a name: check the path"],
]);

/** `cause` as CONTENT_UNREADABLE for `path` where it says that the disk refuses to be read; else `cause` itself. */
export function readError(cause: unknown, path: string): unknown {
  const code = errorCode(cause);
  const hint = code === null ? undefined : readHints.get(code);
  if (hint === undefined) return cause;
  return new ContentError("CONTENT_UNREADABLE", `cannot read ${path}: ${code}`, { hint, cause });
}
