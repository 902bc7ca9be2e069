import { ArchiveError, tooLarge } from "./error.ts";
import type { PaxRecords, RawHeader, TarEntryType, TarHeader } from "./tar-header.ts";
import type { TarLimits } from "./tar-limits.ts";
import { entryPath, hardLinkPath, quoted } from "./tar-path.ts";

/** What extended headers said about the entry to come. */
export interface Pending {
  readonly pax?: ReadonlyMap<string, string>;
  readonly path?: string;
  readonly linkPath?: string;
}

/** The archive an entry belongs to. */
export interface TarContext {
  readonly what: string;
  readonly limits: TarLimits;
}

/** What holds for an entry besides its own header block: extended headers for it alone and for all. */
export interface MergeOptions extends TarContext {
  readonly pending: Pending;
  readonly globals: ReadonlyMap<string, string>;
}

/** The entry that a header block and the extended headers before it describe, its path and links checked. */
export function mergeHeader(raw: RawHeader, options: MergeOptions): TarHeader {
  const { pending, what, limits } = options;
  const pax = pending.pax === undefined ? options.globals : above(options.globals, pending.pax, options);
  const name = pax.get("path") ?? pending.path ?? raw.name;
  if (name.length > limits.nameLength) throw tooLarge(`the name of an entry of ${what}`, limits.nameLength);
  if (raw.flag === "S" || saysSparse(pending.pax)) throw sparse(`the sparse file ${quoted(name)}`, what);
  const type = entryType(raw, name, what);
  const path = entryPath(name, what);
  const number = (keyword: string, fallback: number) => {
    const value = paxNumber(pax.get(keyword), fallback);
    if (value === null) throw impossible(keyword, path, what);
    return value;
  };
  const count = (keyword: string, fallback: number) => {
    const value = number(keyword, fallback);
    if (value < 0 || !Number.isInteger(value)) throw impossible(keyword, path, what);
    return value;
  };
  const size = count("size", raw.size);
  if (type === "file" && size > limits.entrySize) throw tooLarge(`${path} in ${what}`, limits.entrySize);
  const target = pax.get("linkpath") ?? pending.linkPath ?? raw.linkName;
  if (target.length > limits.nameLength) throw tooLarge(`the link target of ${path} in ${what}`, limits.nameLength);
  return {
    path,
    type,
    mode: raw.mode & 0o7777,
    uid: count("uid", raw.uid),
    gid: count("gid", raw.gid),
    userName: pax.get("uname") ?? raw.userName,
    groupName: pax.get("gname") ?? raw.groupName,
    size: type === "file" ? size : 0,
    mtime: Math.floor(number("mtime", raw.mtime)),
    linkPath: linkPath(type, target, { path, what }),
    deviceMajor: raw.deviceMajor,
    deviceMinor: raw.deviceMinor,
    pax,
  };
}

/** Adds `records` to those that hold for all entries to come; an empty value takes one away. */
export function addGlobals(
  globals: Map<string, string>,
  records: ReadonlyMap<string, string>,
  context: TarContext,
): void {
  if (saysSparse(records)) throw sparse("sparse files", context.what);
  for (const [keyword, value] of records) {
    if (value === "") globals.delete(keyword);
    else globals.set(keyword, value);
  }
  checkCount(globals.size, context);
}

/** The records of `below` with those of `own` in their place, without copying; an empty value cancels a record. */
function above(below: ReadonlyMap<string, string>, own: ReadonlyMap<string, string>, context: TarContext): PaxRecords {
  checkCount(below.size + own.size, context);
  return {
    get(keyword) {
      const value = own.get(keyword) ?? below.get(keyword);
      return value === "" ? undefined : value;
    },
  };
}

function checkCount(count: number, { what, limits }: TarContext): void {
  if (count <= limits.paxRecords) return;
  throw new ArchiveError(
    "ARCHIVE_TOO_LARGE",
    `${what} has more than ${limits.paxRecords} extended records for one entry`,
    { hint: "that many extended records are not expected; the archive is hostile or broken" },
  );
}

const types: ReadonlyMap<string, TarEntryType> = new Map([
  ["0", "file"],
  ["7", "file"],
  ["1", "link"],
  ["2", "symlink"],
  ["3", "character"],
  ["4", "block"],
  ["5", "directory"],
  ["6", "fifo"],
]);

/** Before ustar, a trailing slash was the only mark of a directory. */
function entryType(raw: RawHeader, name: string, what: string): TarEntryType {
  const type = types.get(raw.flag);
  if (type !== undefined) return type === "file" && name.endsWith("/") ? "directory" : type;
  const message = `${what} has the entry ${quoted(name)} of the unknown type ${quoted(raw.flag)}`;
  throw new ArchiveError("TAR_INVALID", message, {
    hint: "only files, directories, links, devices and FIFOs are read; write the archive anew in the pax format",
  });
}

interface Place {
  readonly path: string;
  readonly what: string;
}

function linkPath(type: TarEntryType, target: string, place: Place): string {
  if (type === "link") return hardLinkPath(target, place);
  if (type !== "symlink") return "";
  if (target !== "" && !target.includes("\0")) return target;
  const message = `${place.what} has the symlink ${quoted(place.path)} to ${quoted(target)}`;
  throw new ArchiveError("TAR_LINK_UNSAFE", message, {
    hint: "a symlink needs a target without NUL; the archive is hostile or broken",
  });
}

/** GNU tar marks sparse files by type or, in pax archives, by records. */
function saysSparse(records: ReadonlyMap<string, string> | undefined): boolean {
  return records?.keys().some((keyword) => keyword.startsWith("GNU.sparse.")) === true;
}

function sparse(found: string, what: string): ArchiveError {
  return new ArchiveError("TAR_SPARSE", `${what} has ${found}`, {
    hint: "sparse files are not read; write the archive again without --sparse",
  });
}

/** A decimal number, possibly with a fraction; null when it is none or too large to be exact. */
function paxNumber(text: string | undefined, fallback: number): number | null {
  if (text === undefined) return fallback;
  if (!/^-?[0-9]{1,20}(\.[0-9]*)?$/.test(text)) return null;
  const value = Number(text);
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : null;
}

function impossible(keyword: string, path: string, what: string): ArchiveError {
  return new ArchiveError("TAR_INVALID", `${what} has the entry ${quoted(path)} with an impossible ${keyword}`, {
    hint: "the archive is damaged or was not made by a tar program",
  });
}
