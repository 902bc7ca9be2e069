import type { RandomBytes } from "../reading/random-bytes.ts";
import { damaged } from "./damaged.ts";
import { maxRecordSize, maxRecords } from "./limits.ts";
import { readSqliteRecord, readVarint, type SqliteValue } from "./sqlite-record.ts";

const magic = "SQLite format 3\0";

/** Kinds of pages of a table's tree (SQLite file format, section 1.6), and the size of their heads in bytes. */
const kinds = { interior: { type: 0x05, head: 12 }, leaf: { type: 0x0d, head: 8 } };

/** Bytes of the longest number of variable length. */
const longestVarint = 9;

interface Database {
  readonly bytes: RandomBytes;
  readonly pageSize: number;
  /** Bytes of a page that hold content. */
  readonly usable: number;
  /** Bytes of rows that may still be read: all rows of a whole database are no more than the file. */
  left: number;
  /** Rows that may still be read. */
  rows: number;
}

/** Whether `bytes` begin as a SQLite database does. */
export function isSqlite(bytes: RandomBytes): boolean {
  return bytes.length >= 100 && Buffer.from(bytes.slice(0, magic.length)).toString("latin1") === magic;
}

/**
 * The rows of the table `name` of a SQLite database, each as its columns' values, in the order of their row numbers
 * (SQLite file format, sections 1 and 2). An INTEGER PRIMARY KEY column is null, as it is not stored; a row that is too large
 * has no columns. What only stands in a write-ahead log is not seen. Throws SCAN_FILE_INVALID, also for a database without such a table.
 */
export function* readSqliteTable(bytes: RandomBytes, name: string): Generator<readonly SqliteValue[]> {
  const database = open(bytes);
  for (const [type, , table, root] of readTree(database, 1)) {
    if (type !== "table" || table !== name || typeof root !== "number") continue;
    yield* readTree(open(bytes), root);
    return;
  }
  throw damaged(`it has no table ${name}`);
}

function open(bytes: RandomBytes): Database {
  if (!isSqlite(bytes)) throw damaged("it is not a SQLite database");
  const pageSize = bytes.uint16(16) === 1 ? 65_536 : bytes.uint16(16);
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) throw damaged("its page size is none of SQLite's");
  const usable = pageSize - bytes.uint8(20);
  if (usable < 480) throw damaged("its pages reserve more than SQLite allows");
  // 1 is UTF-8; 0 is a database nothing was ever put into.
  if (bytes.uint32(56) > 1) throw damaged("its texts are not UTF-8");
  // The number of pages is only kept by versions of SQLite that also set the second counter.
  const knowsPages = bytes.uint32(24) === bytes.uint32(92);
  if (knowsPages && bytes.uint32(28) * pageSize > bytes.length) throw damaged("it is cut off");
  return { bytes, pageSize, usable, left: bytes.length, rows: maxRecords };
}

/** Walks the tree below `root` from left to right; every page is visited once at most. */
function* readTree(database: Database, root: number): Generator<readonly SqliteValue[]> {
  const { bytes, pageSize } = database;
  const pages = Math.floor(bytes.length / pageSize);
  /** 1 for each page visited, whose numbers start from 1. */
  const seen = new Uint8Array(pages + 1);
  const waiting = [root];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    const start = pageStart(database, number);
    // With more pages waiting than there are, one is named twice; the list must not grow beyond memory until that shows.
    if (seen[number] === 1 || waiting.length > pages) throw damaged("its pages go in a circle");
    seen[number] = 1;
    const head = number === 1 ? start + 100 : start;
    const type = bytes.uint8(head);
    if (type === kinds.interior.type) waiting.push(...readChildren(database, { start, head }).reverse());
    else if (type === kinds.leaf.type) yield* readRows(database, { start, head });
    else throw damaged("it has a page of a wrong type");
  }
}

interface Page {
  readonly start: number;
  /** Where its head starts, which on the first page is after the file's. */
  readonly head: number;
}

function pageStart({ bytes, pageSize }: Database, number: number): number {
  const start = (number - 1) * pageSize;
  if (!Number.isInteger(number) || start < 0 || start + pageSize > bytes.length)
    throw damaged("it names a page outside the file");
  return start;
}

function readChildren(database: Database, page: Page): number[] {
  const { bytes } = database;
  const left = cellsOf(database, page, kinds.interior.head).map((at) => bytes.uint32(at));
  return [...left, bytes.uint32(page.head + 8)];
}

function* readRows(database: Database, page: Page): Generator<readonly SqliteValue[]> {
  const { bytes } = database;
  const end = page.start + database.usable;
  for (const at of cellsOf(database, page, kinds.leaf.head)) {
    const front = bytes.slice(at, Math.min(end - at, 2 * longestVarint));
    const size = readVarint(front, { at: 0, end: front.length });
    const rowNumber = readVarint(front, { at: size.end, end: front.length });
    database.left -= size.value;
    if (database.left < 0) throw damaged("its rows overlap each other");
    if (--database.rows < 0) throw damaged("it has too many rows");
    const cell = { at: at + rowNumber.end, end, size: size.value };
    yield size.value > maxRecordSize ? [] : readSqliteRecord(readPayload(database, cell));
  }
}

function cellsOf({ bytes, usable }: Database, { start, head }: Page, headSize: number): readonly number[] {
  const count = bytes.uint16(head + 3);
  const first = head + headSize;
  if (first + count * 2 > start + usable) throw damaged("it has a page with too many cells");
  return Array.from({ length: count }, (_, index) => {
    const at = bytes.uint16(first + index * 2);
    if (at + 4 > usable) throw damaged("it has a cell outside its page");
    return start + at;
  });
}

/** A row's bytes: those in the leaf, then those in the chain of overflow pages (section 1.6, "payload"). */
function readPayload(
  database: Database,
  cell: { readonly at: number; readonly end: number; readonly size: number },
): Uint8Array {
  const { bytes, usable } = database;
  const inLeaf = sizeInLeaf(cell.size, usable);
  const hasOverflow = inLeaf < cell.size;
  if (cell.at + inLeaf + (hasOverflow ? 4 : 0) > cell.end) throw damaged("it has a row outside its page");
  const local = bytes.slice(cell.at, inLeaf);
  if (!hasOverflow) return local;
  const payload = new Uint8Array(cell.size);
  payload.set(local);
  let filled = inLeaf;
  for (let number = bytes.uint32(cell.at + inLeaf); filled < payload.length; ) {
    const start = pageStart(database, number);
    const taken = Math.min(payload.length - filled, usable - 4);
    payload.set(bytes.slice(start + 4, taken), filled);
    filled += taken;
    number = bytes.uint32(start);
  }
  return payload;
}

function sizeInLeaf(size: number, usable: number): number {
  if (size <= usable - 35) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitted = least + ((size - least) % (usable - 4));
  return fitted <= usable - 35 ? fitted : least;
}
