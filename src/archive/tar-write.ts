import { ArchiveError } from "./error.ts";
import { blockSize, headerChecksum, type TarEntryType } from "./tar-header.ts";
import { quoted } from "./tar-path.ts";
import { formatPaxRecords, xattrPrefix } from "./tar-pax.ts";

/** An entry to be written. What is left out is 0 or empty. */
export interface TarWriteEntry {
  /** Without leading or trailing slash; `""` is the archive's root directory. */
  readonly path: string;
  readonly type: TarEntryType;
  /** Permission bits with setuid, setgid and sticky: `0o755`. */
  readonly mode: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly userName?: string;
  readonly groupName?: string;
  /** Bytes of content; only files have any. */
  readonly size?: number;
  readonly linkPath?: string;
  readonly deviceMajor?: number;
  readonly deviceMinor?: number;
  /** Extended attributes by full name, such as `security.capability`. */
  readonly xattrs?: ReadonlyMap<string, Uint8Array>;
}

/** What ends an archive: two blocks of zeros. */
export const tarEnd: Uint8Array = new Uint8Array(2 * blockSize);

/** The zeros that follow `size` bytes of content. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((blockSize - (size % blockSize)) % blockSize);
}

/**
 * The header of `entry`: a ustar block, preceded by a pax extended header only when something does not fit. The same
 * entry gives the same bytes always. Throws TAR_PATH_UNSAFE and TAR_INVALID for what no reader should be given.
 */
export function tarHeader(entry: TarWriteEntry): Uint8Array {
  check(entry);
  const path = entry.type === "directory" ? `${entry.path === "" ? "." : entry.path}/` : entry.path;
  const records = paxRecords(entry, path);
  const header = ustarBlock({ ...entry, path }, flags[entry.type]);
  if (records.length === 0) return header;
  const content = formatPaxRecords(records);
  const extension: TarWriteEntry = {
    path: extensionPath(path),
    type: "file",
    mode: 0o644,
    mtime: entry.mtime,
    size: content.length,
  };
  return Buffer.concat([ustarBlock(extension, "x"), content, tarPadding(content.length), header]);
}

const flags: Readonly<Record<TarEntryType, string>> = {
  file: "0",
  link: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
};

const largest = { id: 0o7777777, size: 0o77777777777, mtime: 0o77777777777 };

function check(entry: TarWriteEntry): void {
  const { path, type, linkPath = "", size = 0 } = entry;
  if (
    path.includes("\0") ||
    linkPath.includes("\0") ||
    path.startsWith("/") ||
    path.endsWith("/") ||
    path.split("/").includes("..")
  ) {
    throw new ArchiveError("TAR_PATH_UNSAFE", `the entry ${quoted(path)} cannot be written to a tar archive`, {
      hint: "give a relative path without .. and NUL",
    });
  }
  const isLink = type === "link" || type === "symlink";
  const wrong =
    (path === "" && type !== "directory" && "an empty path") ||
    (isLink !== (linkPath !== "") && "a link target that does not match its type") ||
    (size !== 0 && type !== "file" && "content, though it is not a file") ||
    ([size, entry.uid ?? 0, entry.gid ?? 0].some((value) => !Number.isSafeInteger(value) || value < 0) &&
      "an impossible number") ||
    (!Number.isSafeInteger(entry.mtime) && "an impossible modification time");
  if (wrong === false) return;
  throw new ArchiveError("TAR_INVALID", `the entry ${quoted(path)} has ${wrong}`, {
    hint: "this is what the caller asked for",
  });
}

/** What the ustar block cannot hold, in alphabetical order. */
function paxRecords(entry: TarWriteEntry, path: string): readonly (readonly [string, string])[] {
  const records: (readonly [string, string])[] = [];
  const { uid = 0, gid = 0, size = 0, mtime, linkPath = "", userName = "", groupName = "" } = entry;
  for (const [name, value] of entry.xattrs ?? [])
    records.push([`${xattrPrefix}${name}`, Buffer.from(value).toString("latin1")]);
  if (gid > largest.id) records.push(["gid", String(gid)]);
  if (!fits(groupName, 32)) records.push(["gname", groupName]);
  if (!fits(linkPath, 100)) records.push(["linkpath", linkPath]);
  if (mtime < 0 || mtime > largest.mtime) records.push(["mtime", String(mtime)]);
  if (splitPath(path) === null) records.push(["path", path]);
  if (size > largest.size) records.push(["size", String(size)]);
  if (uid > largest.id) records.push(["uid", String(uid)]);
  if (!fits(userName, 32)) records.push(["uname", userName]);
  return records.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whether `text` is ASCII of at most `length` bytes. */
function fits(text: string, length: number): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII but NUL
  return text.length <= length && /^[\x01-\x7f]*$/.test(text);
}

/** `path` as prefix and name of a ustar header; null when it does not fit. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } | null {
  if (fits(path, 100)) return { prefix: "", name: path };
  if (!fits(path, 256)) return null;
  const slash = path.lastIndexOf("/", Math.min(155, path.length - 2));
  if (slash <= 0 || path.length - slash - 1 > 100) return null;
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** A name for the extended header itself, seen only by readers that do not know pax. */
function extensionPath(path: string): string {
  const base = path.replace(/\/$/, "").split("/").at(-1) ?? "";
  return `PaxHeaders/${base.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 80)}`;
}

function ustarBlock(entry: TarWriteEntry, flag: string): Uint8Array {
  const block = Buffer.alloc(blockSize);
  const { prefix, name } = splitPath(entry.path) ?? { prefix: "", name: ascii(entry.path, 100) };
  block.write(name, 0, "latin1");
  writeOctal(block, 100, 8, entry.mode & 0o7777);
  writeOctal(block, 108, 8, within(entry.uid ?? 0, largest.id));
  writeOctal(block, 116, 8, within(entry.gid ?? 0, largest.id));
  writeOctal(block, 124, 12, within(entry.size ?? 0, largest.size));
  writeOctal(block, 136, 12, within(entry.mtime, largest.mtime));
  block.write(flag, 156, "latin1");
  block.write(ascii(entry.linkPath ?? "", 100), 157, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  block.write(ascii(entry.userName ?? "", 32), 265, "latin1");
  block.write(ascii(entry.groupName ?? "", 32), 297, "latin1");
  writeOctal(block, 329, 8, entry.deviceMajor ?? 0);
  writeOctal(block, 337, 8, entry.deviceMinor ?? 0);
  block.write(prefix, 345, "latin1");
  block.write(`${headerChecksum(block).toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  return block;
}

/** What stands in the ustar block when a pax record says the truth. */
function within(value: number, largestValue: number): number {
  return value >= 0 && value <= largestValue ? value : 0;
}

function ascii(text: string, length: number): string {
  return text.slice(0, length).replace(/[^\x20-\x7e]/g, "_");
}

function writeOctal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(value.toString(8).padStart(length - 1, "0"), offset, "latin1");
}
