import { damaged } from "./damaged.ts";

/** A value of a row. Floating-point numbers are NaN: nothing that is read here has any. */
export type SqliteValue = null | number | string | Uint8Array;

/** Serial types of integers and how many bytes they take; 8 and 9 are the numbers 0 and 1 and take none. */
const integerSizes: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 6],
  [6, 8],
]);

/** More columns than rpm's table and SQLite's own have. */
const maxColumns = 16;

/**
 * Reads the first columns of a row (SQLite file format, section 2.1): a head that gives each one's type, then the values.
 * Throws SCAN_FILE_INVALID.
 */
export function readSqliteRecord(bytes: Uint8Array): readonly SqliteValue[] {
  const head = readVarint(bytes, { at: 0, end: bytes.length });
  if (head.value > bytes.length) throw damaged("it has a row shorter than its head");
  const values: SqliteValue[] = [];
  let value = head.value;
  for (let at = head.end; at < head.value && values.length < maxColumns; ) {
    const type = readVarint(bytes, { at, end: head.value });
    const size = sizeOf(type.value);
    if (value + size > bytes.length) throw damaged("it has a row shorter than its values");
    values.push(readValue(bytes.subarray(value, value + size), type.value));
    value += size;
    at = type.end;
  }
  return values;
}

/**
 * A number of one to nine bytes, of which the highest bit says that another follows, and where it ends. One that is above
 * what a double holds exactly is not exact, but no smaller than 2 ** 53. Throws SCAN_FILE_INVALID where it passes `end`.
 */
export function readVarint(
  bytes: Uint8Array,
  { at, end }: { readonly at: number; readonly end: number },
): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = at + index < end ? bytes[at + index] : undefined;
    if (byte === undefined) throw damaged("it has a number that is cut off");
    if (index === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return { value, end: at + 9 };
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return type === 7 ? 8 : (integerSizes.get(type) ?? 0);
}

function readValue(bytes: Uint8Array, type: number): SqliteValue {
  if (type >= 12) return type % 2 === 0 ? bytes : Buffer.from(bytes).toString("utf8");
  if (type === 8 || type === 9) return type - 8;
  if (type === 7) return Number.NaN;
  if (!integerSizes.has(type)) return null;
  // Two's complement, the highest byte first.
  return bytes.reduce((sum, byte, index) => (index === 0 && byte > 127 ? byte - 256 : sum * 256 + byte), 0);
}
