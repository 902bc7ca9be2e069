import { damaged } from "./damaged.ts";
import { readSqliteRecord, readVarint, type SqliteValue } from "./sqlite-record.ts";

const magic = "SQLite format 3\0";

/** Kinds of pages of a table's tree (SQLite file format, section 1.6), and the size of their heads in bytes. */
const kinds = { interior: { type: 0x05, head: 12 }, leaf: { type: 0x0d, head: 8 } };

interface Database {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly pageSize: number;
  /** Bytes of a page that hold content. */
  readonly usable: number;
  /** Bytes of rows that may still be read: all rows of a whole database are no more than the file. */
  left: number;
}

/** Whether `bytes` begin as a SQLite database does. */
export function isSqlite(bytes: Uint8Array): boolean {
  return bytes.length >= 100 && Buffer.from(bytes.subarray(0, magic.length)).toString("latin1") === magic;
}

/**
 * The rows of the table `name` of a SQLite database, each as its columns' values, in the order of their row numbers
 * (SQLite file format, sections 1 and 2). An INTEGER PRIMARY KEY column is null, as it is not stored. What only stands in
 * a write-ahead log is not seen. Throws SCAN_FILE_INVALID, also for a database without such a table.
 */
export function* readSqliteTable(bytes: Uint8Array, name: string): Generator<readonly SqliteValue[]> {
  const database = open(bytes);
  for (const [type, , table, root] of readTree(database, 1)) {
    if (type !== "table" || table !== name || typeof root !== "number") continue;
    yield* readTree({ ...database, left: bytes.length }, root);
    return;
  }
  throw damaged(`it has no table ${name}`);
}

function open(bytes: Uint8Array): Database {
  if (!isSqlite(bytes)) throw damaged("it is not a SQLite database");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) throw damaged("its page size is none of SQLite's");
  const usable = pageSize - view.getUint8(20);
  if (usable < 480) throw damaged("its pages reserve more than SQLite allows");
  // 1 is UTF-8; 0 is a database nothing was ever put into.
  if (view.getUint32(56) > 1) throw damaged("its texts are not UTF-8");
  // The number of pages is only kept by versions of SQLite that also set the second counter.
  const knowsPages = view.getUint32(24) === view.getUint32(92);
  if (knowsPages && view.getUint32(28) * pageSize > bytes.length) throw damaged("it is cut off");
  return { bytes, view, pageSize, usable, left: bytes.length };
}

/** Walks the tree below `root` from left to right; every page is visited once at most. */
function* readTree(database: Database, root: number): Generator<readonly SqliteValue[]> {
  const seen = new Set<number>();
  const waiting = [root];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (seen.has(number)) throw damaged("its pages go in a circle");
    seen.add(number);
    const start = pageStart(database, number);
    const head = number === 1 ? start + 100 : start;
    const type = database.view.getUint8(head);
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
  if (start < 0 || start + pageSize > bytes.length) throw damaged("it names a page outside the file");
  return start;
}

function readChildren(database: Database, page: Page): number[] {
  const { view } = database;
  const left = cellsOf(database, page, kinds.interior.head).map((at) => view.getUint32(at));
  return [...left, view.getUint32(page.head + 8)];
}

function* readRows(database: Database, page: Page): Generator<readonly SqliteValue[]> {
  const end = page.start + database.usable;
  for (const at of cellsOf(database, page, kinds.leaf.head)) {
    const size = readVarint(database.bytes, { at, end });
    const rowNumber = readVarint(database.bytes, { at: size.end, end });
    database.left -= size.value;
    if (database.left < 0) throw damaged("its rows overlap each other");
    yield readSqliteRecord(readPayload(database, { at: rowNumber.end, end, size: size.value }));
  }
}

function cellsOf({ view, usable }: Database, { start, head }: Page, headSize: number): readonly number[] {
  const count = view.getUint16(head + 3);
  const first = head + headSize;
  if (first + count * 2 > start + usable) throw damaged("it has a page with too many cells");
  return Array.from({ length: count }, (_, index) => {
    const at = view.getUint16(first + index * 2);
    if (at + 4 > usable) throw damaged("it has a cell outside its page");
    return start + at;
  });
}

/** A row's bytes: those in the leaf, then those in the chain of overflow pages (section 1.6, "payload"). */
function readPayload(
  database: Database,
  cell: { readonly at: number; readonly end: number; readonly size: number },
): Uint8Array {
  const { bytes, view, usable } = database;
  const inLeaf = sizeInLeaf(cell.size, usable);
  const hasOverflow = inLeaf < cell.size;
  if (cell.at + inLeaf + (hasOverflow ? 4 : 0) > cell.end) throw damaged("it has a row outside its page");
  const local = bytes.subarray(cell.at, cell.at + inLeaf);
  if (!hasOverflow) return local;
  const parts = [local];
  let left = cell.size - inLeaf;
  for (let number = view.getUint32(cell.at + inLeaf); left > 0; ) {
    const start = pageStart(database, number);
    const taken = Math.min(left, usable - 4);
    parts.push(bytes.subarray(start + 4, start + 4 + taken));
    left -= taken;
    number = view.getUint32(start);
  }
  return Buffer.concat(parts);
}

function sizeInLeaf(size: number, usable: number): number {
  if (size <= usable - 35) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitted = least + ((size - least) % (usable - 4));
  return fitted <= usable - 35 ? fitted : least;
}
