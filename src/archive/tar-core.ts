import { ArchiveError, tooLarge } from "./error.ts";
import {
  blockSize,
  decodeText,
  isZeroBlock,
  type RawHeader,
  readRawHeader,
  type TarEntryType,
  type TarHeader,
} from "./tar-header.ts";
import { entryPath, hardLinkPath, quoted } from "./tar-path.ts";
import { parsePaxRecords } from "./tar-pax.ts";

/** Upper bounds for an archive; sizes in bytes, `nameLength` in characters. */
export interface TarLimits {
  readonly entries: number;
  readonly nameLength: number;
  /** One extended header. */
  readonly paxSize: number;
  readonly entrySize: number;
  /** The whole archive. */
  readonly totalSize: number;
}

/** How to read an archive: what it is, for messages, and where limits differ from the usual. */
export interface TarOptions {
  readonly what?: string;
  readonly limits?: Partial<TarLimits>;
}

/**
 * What a header block turned out to be. `size` bytes of content and padding to a full block follow the first two; two
 * blocks of zeros end the archive.
 */
export type TarStep =
  | { readonly kind: "entry"; readonly header: TarHeader; readonly size: number }
  | { readonly kind: "extension"; readonly size: number }
  | { readonly kind: "zero" }
  | { readonly kind: "end" };

/** The reading of headers without the reading of bytes: both the push and the pull reader feed it. */
export interface TarCore {
  readonly what: string;
  /** Reads a header block of 512 bytes. */
  block(bytes: Uint8Array): TarStep;
  /** Takes the content that follows an `extension` step. */
  extension(content: Uint8Array): void;
  /** The error for an archive that ends within a header or an entry. */
  truncated(): ArchiveError;
  /** Checks that the archive may end here, between two entries. */
  finish(): void;
}

const usualLimits: TarLimits = {
  entries: 5_000_000,
  nameLength: 8192,
  paxSize: 1 << 20,
  entrySize: 2 ** 36,
  totalSize: 2 ** 38,
};

/** A core with the usual limits unless `options` says otherwise. */
export function tarCore(options: TarOptions = {}): TarCore {
  const what = options.what ?? "the tar archive";
  const limits = { ...usualLimits, ...options.limits };
  let globals: ReadonlyMap<string, string> = new Map();
  let pending: Pending = {};
  let extending = "";
  let path = "";
  let zeros = 0;
  let entries = 0;
  let total = 0;

  const count = (size: number) => {
    total += blockSize + paddedSize(size);
    if (total > limits.totalSize) throw tooLarge(what, limits.totalSize);
  };

  const truncated = () => {
    const place = entries === 0 ? "before its first entry" : `in or after the entry ${quoted(path)}`;
    return new ArchiveError("TAR_TRUNCATED", `${what} ends too early, ${place}`, {
      hint: "the file was cut short; fetch it again",
    });
  };

  return {
    what,
    truncated,
    finish() {
      if (isDangling(pending)) throw truncated();
    },
    block(bytes) {
      if (isZeroBlock(bytes)) {
        if (isDangling(pending)) throw dangling(what);
        return { kind: ++zeros === 1 ? "zero" : "end" };
      }
      if (zeros > 0) throw afterZeros(what);
      const raw = readRawHeader(bytes, what);
      if (isExtension(raw.flag)) {
        if (raw.size < 0) throw badSize(what, raw.name);
        if (raw.size > limits.paxSize) throw tooLarge(`an extended header of ${what}`, limits.paxSize);
        extending = raw.flag;
        count(raw.size);
        return { kind: "extension", size: raw.size };
      }
      if (++entries > limits.entries) throw tooMany(what, limits.entries);
      const header = mergeHeader(raw, { pending, globals, what, limits });
      pending = {};
      path = header.path;
      count(header.size);
      return { kind: "entry", header, size: header.size };
    },
    extension(content) {
      if (extending === "g") globals = merged(globals, parsePaxRecords(content, what));
      else if (extending === "x") pending = { ...pending, pax: parsePaxRecords(content, what) };
      else if (extending === "L") pending = { ...pending, path: untilNul(content) };
      else pending = { ...pending, linkPath: untilNul(content) };
    },
  };
}

/** `size` rounded up to whole blocks. */
export function paddedSize(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

/** What extended headers said about the entry to come. */
interface Pending {
  readonly pax?: ReadonlyMap<string, string>;
  readonly path?: string;
  readonly linkPath?: string;
}

interface MergeOptions {
  readonly pending: Pending;
  readonly globals: ReadonlyMap<string, string>;
  readonly what: string;
  readonly limits: TarLimits;
}

function mergeHeader(raw: RawHeader, options: MergeOptions): TarHeader {
  const { pending, what, limits } = options;
  const pax = pending.pax === undefined ? options.globals : merged(options.globals, pending.pax);
  const name = pax.get("path") ?? pending.path ?? raw.name;
  if (name.length > limits.nameLength) throw tooLarge(`the name of an entry of ${what}`, limits.nameLength);
  refuseSparse(raw, pax, name, what);
  const type = entryType(raw, name, what);
  const path = entryPath(name, what);
  const number = (keyword: string, fallback: number) =>
    paxNumber(pax.get(keyword), fallback, () => badNumber(what, path, keyword));
  const owner = (keyword: "uid" | "gid", fallback: number) => {
    const id = number(keyword, fallback);
    if (!Number.isInteger(id) || id < 0) throw badNumber(what, path, keyword);
    return id;
  };
  const size = number("size", raw.size);
  if (size < 0 || !Number.isInteger(size)) throw badSize(what, path);
  if (type === "file" && size > limits.entrySize) throw tooLarge(`${path} in ${what}`, limits.entrySize);
  const target = pax.get("linkpath") ?? pending.linkPath ?? raw.linkName;
  if (target.length > limits.nameLength) throw tooLarge(`the link target of ${path} in ${what}`, limits.nameLength);
  return {
    path,
    type,
    mode: raw.mode & 0o7777,
    uid: owner("uid", raw.uid),
    gid: owner("gid", raw.gid),
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
  if (type === undefined) {
    throw new ArchiveError(
      "TAR_INVALID",
      `${what} has the entry ${quoted(name)} of the unknown type ${quoted(raw.flag)}`,
      {
        hint: "only files, directories, links, devices and FIFOs are read; write the archive again in the ustar or pax format",
      },
    );
  }
  return type === "file" && name.endsWith("/") ? "directory" : type;
}

function linkPath(
  type: TarEntryType,
  target: string,
  options: { readonly path: string; readonly what: string },
): string {
  if (type === "link") return hardLinkPath(target, options);
  if (type !== "symlink") return "";
  if (target === "" || target.includes("\0")) {
    throw new ArchiveError(
      "TAR_LINK_UNSAFE",
      `${options.what} has the symlink ${quoted(options.path)} to ${quoted(target)}`,
      {
        hint: "a symlink needs a target without NUL; the archive is hostile or broken",
      },
    );
  }
  return target;
}

function refuseSparse(raw: RawHeader, pax: ReadonlyMap<string, string>, name: string, what: string): void {
  if (raw.flag !== "S" && (pax.size === 0 || ![...pax.keys()].some((key) => key.startsWith("GNU.sparse.")))) return;
  throw new ArchiveError("TAR_SPARSE", `${what} has the sparse file ${quoted(name)}`, {
    hint: "sparse files are not read; write the archive again without --sparse",
  });
}

function paxNumber(text: string | undefined, fallback: number, error: () => ArchiveError): number {
  if (text === undefined) return fallback;
  const value = /^-?[0-9]{1,20}(\.[0-9]*)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw error();
  return value;
}

function merged(below: ReadonlyMap<string, string>, above: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const result = new Map([...below, ...above]);
  for (const [keyword, value] of above) if (value === "") result.delete(keyword);
  return result;
}

function isDangling(pending: Pending): boolean {
  return pending.pax !== undefined || pending.path !== undefined || pending.linkPath !== undefined;
}

function isExtension(flag: string): boolean {
  return flag === "x" || flag === "g" || flag === "L" || flag === "K";
}

function untilNul(content: Uint8Array): string {
  const end = content.indexOf(0);
  return decodeText(end === -1 ? content : content.subarray(0, end));
}

function invalid(message: string): ArchiveError {
  return new ArchiveError("TAR_INVALID", message, { hint: "the archive is damaged or was not made by a tar program" });
}

const badSize = (what: string, path: string) => invalid(`${what} has the entry ${quoted(path)} of impossible size`);
const badNumber = (what: string, path: string, keyword: string) =>
  invalid(`${what} has the entry ${quoted(path)} with an impossible ${keyword}`);
const dangling = (what: string) => invalid(`${what} ends after an extended header without its entry`);
const afterZeros = (what: string) => invalid(`${what} goes on after a block of zeros`);
const tooMany = (what: string, limit: number) =>
  new ArchiveError("ARCHIVE_TOO_LARGE", `${what} has more than ${limit} entries`, {
    hint: "an archive of that many entries is not expected here",
  });
