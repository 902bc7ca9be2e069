import { isUtf8 } from "node:buffer";
import { ArchiveError } from "./error.ts";

/** The kind of a tar entry. */
export type TarEntryType = "file" | "directory" | "symlink" | "link" | "character" | "block" | "fifo";

/** An entry of a tar archive as its headers, extended ones included, describe it. */
export interface TarHeader {
  /** Relative, without leading `./` or `/` and trailing `/`; the archive's root directory is `""`. */
  readonly path: string;
  readonly type: TarEntryType;
  /** Permission bits with setuid, setgid and sticky: `0o755`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly groupName: string;
  /** Bytes of content; 0 for all that is not a file. */
  readonly size: number;
  /** Whole seconds since 1970, rounded down. */
  readonly mtime: number;
  /** For a symlink its target as written; for a hard link the relative path of the entry it repeats; else `""`. */
  readonly linkPath: string;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** To be asked before the next entry is. Values of `SCHILY.xattr.*` hold one character per byte, others text. */
  readonly pax: PaxRecords;
}

/** The extended records that hold for an entry, global ones included. */
export interface PaxRecords {
  get(keyword: string): string | undefined;
}

/** A tar block of 512 bytes is the unit of everything. */
export const blockSize = 512;

/** The fields of one header block before extended headers are applied. */
export interface RawHeader {
  /** The type flag; NUL is read as `0`. */
  readonly flag: string;
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly userName: string;
  readonly groupName: string;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** Reads a header block (POSIX ustar, GNU and the older V7 form). Throws TAR_INVALID, also for a wrong checksum. */
export function readRawHeader(bytes: Uint8Array, what: string): RawHeader {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, blockSize);
  if (!hasChecksum(block)) {
    throw new ArchiveError("TAR_INVALID", `${what} has a tar header with a wrong checksum`, {
      hint: "the archive is damaged or not a tar archive; fetch it again",
    });
  }
  const ustar = block[257] === 0x75 && block.toString("latin1", 257, 262) === "ustar";
  const hasPrefix = ustar && block[262] === 0 && block[345] !== 0;
  const name = readText(block, 0, 100);
  return {
    flag: block[156] === 0 ? "0" : String.fromCharCode(block[156] ?? 0),
    name: hasPrefix ? `${readText(block, 345, 500)}/${name}` : name,
    linkName: readText(block, 157, 257),
    mode: readNumber(block, 100, 108, what),
    uid: readNumber(block, 108, 116, what),
    gid: readNumber(block, 116, 124, what),
    size: readNumber(block, 124, 136, what),
    mtime: readNumber(block, 136, 148, what),
    userName: ustar ? readText(block, 265, 297) : "",
    groupName: ustar ? readText(block, 297, 329) : "",
    deviceMajor: ustar ? readNumber(block, 329, 337, what) : 0,
    deviceMinor: ustar ? readNumber(block, 337, 345, what) : 0,
  };
}

/** Whether `block` consists of zeros, as the blocks that end an archive do. */
export function isZeroBlock(block: Uint8Array): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

/** Bytes as text: UTF-8, or one character per byte where they are not valid UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return isUtf8(buffer) ? buffer.toString("utf8") : buffer.toString("latin1");
}

/** The text of a field that ends at its first NUL. */
function readText(block: Buffer, start: number, end: number): string {
  let stop = start;
  let ascii = true;
  while (stop < end && block[stop] !== 0) {
    if ((block[stop] ?? 0) >= 0x80) ascii = false;
    stop++;
  }
  if (stop === start) return "";
  return ascii ? block.toString("latin1", start, stop) : decodeText(block.subarray(start, stop));
}

/** The header checksum: all bytes summed, with those of the checksum field taken as spaces. */
export function headerChecksum(block: Uint8Array): number {
  let sum = 8 * 32;
  for (let index = 0; index < 148; index++) sum += block[index] ?? 0;
  for (let index = 156; index < blockSize; index++) sum += block[index] ?? 0;
  return sum;
}

function hasChecksum(block: Buffer): boolean {
  const stored = octal(block, 148, 156);
  return stored === headerChecksum(block) || stored === signedChecksum(block);
}

/** Some old writers summed signed bytes. */
function signedChecksum(block: Uint8Array): number {
  let sum = 8 * 32;
  for (let index = 0; index < blockSize; index++) {
    if (index < 148 || index >= 156) sum += ((block[index] ?? 0) << 24) >> 24;
  }
  return sum;
}

function readNumber(block: Buffer, start: number, end: number, what: string): number {
  const value = ((block[start] ?? 0) & 0x80) === 0 ? octal(block, start, end) : base256(block, start, end);
  if (value === null || !Number.isSafeInteger(value)) {
    throw new ArchiveError("TAR_INVALID", `${what} has a tar header with an unreadable number`, {
      hint: "the archive is damaged or of an unknown tar variant",
    });
  }
  return value;
}

/** Octal digits between spaces and NULs; an empty field is 0. */
function octal(block: Buffer, start: number, end: number): number | null {
  let index = start;
  while (index < end && (block[index] === 0x20 || block[index] === 0)) index++;
  let value = 0;
  for (; index < end; index++) {
    const byte = block[index] ?? 0;
    if (byte === 0x20 || byte === 0) break;
    if (byte < 0x30 || byte > 0x37) return null;
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

/** GNU's binary numbers: two's complement, big-endian, with the first bit set as a mark. */
function base256(block: Buffer, start: number, end: number): number {
  const first = block[start] ?? 0;
  let value = (first & 0x40) === 0 ? first & 0x3f : (first & 0x7f) - 0x80;
  for (let index = start + 1; index < end; index++) value = value * 256 + (block[index] ?? 0);
  return value;
}
