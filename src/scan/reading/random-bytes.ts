import { ScanError } from "../error.ts";

/** Bytes that are read at places anywhere in them. All methods throw SCAN_FILE_INVALID for a place outside. */
export interface RandomBytes {
  readonly length: number;
  /** The bytes from `at` on, which stay as they are; nobody may write to them. */
  slice(at: number, length: number): Uint8Array;
  uint8(at: number): number;
  /** Highest byte first, unless `littleEndian`. */
  uint16(at: number, littleEndian?: boolean): number;
  /** Highest byte first, unless `littleEndian`. */
  uint32(at: number, littleEndian?: boolean): number;
}

/** `bytes`, which are not copied. */
export function bytesInMemory(bytes: Uint8Array): RandomBytes {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const check = (at: number, count: number) => checkPlace(at, count, length);
  return {
    length,
    slice: (at, count) => bytes.subarray(check(at, count), at + count),
    uint8: (at) => view.getUint8(check(at, 1)),
    uint16: (at, littleEndian) => view.getUint16(check(at, 2), littleEndian),
    uint32: (at, littleEndian) => view.getUint32(check(at, 4), littleEndian),
  };
}

/** `at`, where `count` bytes from there on are within `length`. Throws SCAN_FILE_INVALID. */
export function checkPlace(at: number, count: number, length: number): number {
  if (at >= 0 && count >= 0 && at + count <= length) return at;
  throw new ScanError("SCAN_FILE_INVALID", "it names a place outside itself", {
    hint: "the file is damaged or cut off; what it names is missing from the list",
  });
}
