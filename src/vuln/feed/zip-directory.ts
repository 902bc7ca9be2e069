import type { FileHandle } from "node:fs/promises";
import { feedTooLarge, invalidContent, type Place } from "./place.ts";
import { readExactly } from "./zip-read.ts";

/** Upper bounds for a zip archive: number of entries, and sizes in bytes. */
export interface ZipLimits {
  readonly entries: number;
  readonly entrySize: number;
  readonly directorySize: number;
  /** All entries together, unpacked. */
  readonly totalSize: number;
}

/** A file as the central directory announces it. Sizes in bytes; `offset` is of its local header. */
export interface Entry {
  readonly name: string;
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

/** Finds the end record (APPNOTE 4.3.16), or its zip64 form (4.3.14) where that is announced. */
export async function endOfDirectory(file: FileHandle, place: Place): Promise<DirectoryEnd> {
  const { size } = await file.stat();
  const tailSize = Math.min(size, 22 + 65_535);
  const tail = await readExactly(file, { position: size - tailSize, size: tailSize, place });
  const at = findEnd(tail);
  if (at === null) throw invalidContent(place, "the zip archive has no end record; it is cut off");
  const end = {
    entries: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  if (end.entries !== 0xffff && end.size !== 0xffffffff && end.offset !== 0xffffffff) return end;
  const locatorAt = size - tailSize + at - 20;
  if (locatorAt < 0) return end;
  const locator = await readExactly(file, { position: locatorAt, size: 20, place });
  if (locator.readUInt32LE(0) !== 0x07064b50) return end;
  const record = await readExactly(file, { position: Number(locator.readBigUInt64LE(8)), size: 56, place });
  if (record.readUInt32LE(0) !== 0x06064b50) throw invalidContent(place, "its zip64 end record is missing");
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

/** The central directory's entries (APPNOTE 4.3.12). */
export async function readDirectory(
  file: FileHandle,
  options: { readonly place: Place; readonly end: DirectoryEnd; readonly limits: ZipLimits },
): Promise<readonly Entry[]> {
  const { place, end, limits } = options;
  if (end.entries > limits.entries) throw invalidContent(place, `more than ${limits.entries} entries`);
  if (end.size > limits.directorySize) throw feedTooLarge(place, limits.directorySize);
  const bytes = await readExactly(file, { position: end.offset, size: end.size, place });
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw invalidContent(place, "its directory is damaged");
    const lengths = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const [name = 0, extra = 0, comment = 0] = lengths;
    const next = at + 46 + name + extra + comment;
    if (next > bytes.length || entries.length >= limits.entries)
      throw invalidContent(place, "its directory is damaged");
    const large = zip64(bytes.subarray(at + 46 + name, at + 46 + name + extra));
    const field = (offset: number) => {
      const value = bytes.readUInt32LE(at + offset);
      return value === 0xffffffff ? (large.shift() ?? value) : value;
    };
    // The order of these reads is the order in which the zip64 field lists what did not fit (APPNOTE 4.5.3).
    const [size, compressedSize, offset] = [field(24), field(20), field(42)];
    const [flags, method] = [bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 10)];
    const text = bytes.toString("utf8", at + 46, at + 46 + name);
    entries.push({ name: text, flags, method, crc32: bytes.readUInt32LE(at + 16), compressedSize, size, offset });
    at = next;
  }
  if (entries.length !== end.entries) throw invalidContent(place, `${entries.length} entries, not ${end.entries}`);
  return entries;
}

/** The 8-byte numbers of the zip64 extra field, if there is one. */
function zip64(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const numbers: number[] = [];
      for (let i = at + 4; i + 8 <= Math.min(at + 4 + size, extra.length); i += 8)
        numbers.push(Number(extra.readBigUInt64LE(i)));
      return numbers;
    }
    at += 4 + size;
  }
  return [];
}
