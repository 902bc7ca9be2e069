import type { FileHandle } from "node:fs/promises";
import { tooLarge } from "../error.ts";
import { externalMode, modifiedAt } from "./attributes.ts";
import { invalidZip, readExactly } from "./exactly.ts";

/** Upper bounds for a zip archive: number of entries, and sizes in bytes. */
export interface ZipLimits {
  readonly entries: number;
  readonly entrySize: number;
  readonly directorySize: number;
  /** All entries together, unpacked. */
  readonly totalSize: number;
}

/** A file as the central directory announces it. Sizes in bytes; `offset` is of its local header. */
export interface ZipHeader {
  /** As written in the archive: not checked to be a safe path. A folder's ends in `/`. */
  readonly name: string;
  /** Type and permission bits as in stat(2), `0o100755`; null where the archive was not made on a Unix. */
  readonly mode: number | null;
  /** Whole seconds since 1970; where the archive has local time only, it is read as UTC. */
  readonly mtime: number;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

/** Where the central directory is. */
export interface DirectoryEnd {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
}

/** Finds the end record (APPNOTE 4.3.16), or its zip64 form (4.3.14) where that is announced. Throws ZIP_INVALID. */
export async function endOfDirectory(file: FileHandle, what: string): Promise<DirectoryEnd> {
  const { size } = await file.stat();
  const tailSize = Math.min(size, 22 + 65_535);
  const tail = await readExactly(file, { position: size - tailSize, size: tailSize, what });
  const at = findEnd(tail);
  if (at === null) throw invalidZip(what, "the zip archive has no end record; it is cut off");
  const end = {
    entries: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  if (end.entries !== 0xffff && end.size !== 0xffffffff && end.offset !== 0xffffffff) return end;
  const locatorAt = size - tailSize + at - 20;
  if (locatorAt < 0) return end;
  const locator = await readExactly(file, { position: locatorAt, size: 20, what });
  if (locator.readUInt32LE(0) !== 0x07064b50) return end;
  const record = await readExactly(file, { position: Number(locator.readBigUInt64LE(8)), size: 56, what });
  if (record.readUInt32LE(0) !== 0x06064b50) throw invalidZip(what, "its zip64 end record is missing");
  return {
    entries: Number(record.readBigUInt64LE(32)),
    size: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  };
}

function findEnd(tail: Buffer): number | null {
  for (let i = tail.length - 22; i >= 0; i--) {
    if (tail.readUInt32LE(i) === 0x06054b50 && i + 22 + tail.readUInt16LE(i + 20) === tail.length) return i;
  }
  return null;
}

/** The central directory's entries (APPNOTE 4.3.12). Throws ZIP_INVALID and ARCHIVE_TOO_LARGE. */
export async function readDirectory(
  file: FileHandle,
  options: { readonly what: string; readonly end: DirectoryEnd; readonly limits: ZipLimits },
): Promise<readonly ZipHeader[]> {
  const { what, end, limits } = options;
  if (end.entries > limits.entries) throw invalidZip(what, `more than ${limits.entries} entries`);
  if (end.size > limits.directorySize) throw tooLarge(`the directory of ${what}`, limits.directorySize);
  const bytes = await readExactly(file, { position: end.offset, size: end.size, what });
  const entries: ZipHeader[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw invalidZip(what, "its directory is damaged");
    const lengths = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const [name = 0, extra = 0, comment = 0] = lengths;
    const next = at + 46 + name + extra + comment;
    if (next > bytes.length || entries.length >= limits.entries) throw invalidZip(what, "its directory is damaged");
    entries.push(readHeader(bytes.subarray(at, next), { name, extra }));
    at = next;
  }
  if (entries.length !== end.entries) throw invalidZip(what, `${entries.length} entries, not ${end.entries}`);
  return entries;
}

function readHeader(bytes: Buffer, lengths: { readonly name: number; readonly extra: number }): ZipHeader {
  const extra = bytes.subarray(46 + lengths.name, 46 + lengths.name + lengths.extra);
  const large = zip64(extra);
  const field = (offset: number) => {
    const value = bytes.readUInt32LE(offset);
    return value === 0xffffffff ? (large.shift() ?? value) : value;
  };
  // The order of these reads is the order in which the zip64 field lists what did not fit (APPNOTE 4.5.3).
  const [size, compressedSize, offset] = [field(24), field(20), field(42)];
  return {
    name: bytes.toString("utf8", 46, 46 + lengths.name),
    mode: externalMode(bytes),
    mtime: modifiedAt(bytes, extraField(extra, 0x5455)),
    flags: bytes.readUInt16LE(8),
    method: bytes.readUInt16LE(10),
    crc32: bytes.readUInt32LE(16),
    compressedSize,
    size,
    offset,
  };
}

/** The 8-byte numbers of the zip64 extra field, if there is one. */
function zip64(extra: Buffer): number[] {
  const content = extraField(extra, 1);
  const count = content === null ? 0 : Math.floor(content.length / 8);
  return Array.from({ length: count }, (_, index) => Number(content?.readBigUInt64LE(8 * index) ?? 0));
}

/** The content of the extra field `id`; null where there is none (APPNOTE 4.5.1). */
function extraField(extra: Buffer, id: number): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return null;
}
