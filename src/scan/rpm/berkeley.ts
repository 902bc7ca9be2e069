import { damaged } from "./damaged.ts";

/** Where fields stand in the first page, and in the head of every other page. */
const meta = {
  magic: 12,
  version: 16,
  pageSize: 20,
  encryption: 24,
  lastPage: 32,
  maxBucket: 72,
  spares: 96,
  size: 512,
};
const page = { number: 8, next: 16, entries: 20, used: 22, type: 25, head: 26 };

/** Types of pages; the first two hold keys and values, in order of insertion and sorted. */
const types = { unsorted: 2, sorted: 13, overflow: 7, empty: 0 };

/** How a key or value stands in a page: itself, or as the first of a chain of pages and a length. */
const items = { inline: 1, overflow: 3, overflowSize: 12 };

const hashMagic = 0x61561;

interface Database {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly little: boolean;
  readonly pageSize: number;
  readonly pages: number;
  /** Pages already read: a chain that comes back to one would never end. */
  readonly seen: Set<number>;
}

/** Whether `bytes` begin as a hash database of Berkeley DB does, of either byte order. */
export function isBerkeleyHash(bytes: Uint8Array): boolean {
  return byteOrder(bytes) !== null;
}

/**
 * The values of a hash database of Berkeley DB (versions 8 to 10 of the format), which is what `Packages` was before
 * rpm 4.16; the entry with key 0, rpm's counter, is left out. Buckets are read one after the other, each with the pages
 * that continue it. Every page is read once at most. Throws SCAN_FILE_INVALID.
 */
export function* readBerkeleyHash(bytes: Uint8Array): Generator<Uint8Array> {
  const database = open(bytes);
  const { view, little } = database;
  const lastBucket = view.getUint32(meta.maxBucket, little);
  for (let bucket = 0; bucket <= lastBucket; bucket++) {
    const doubling = bucket === 0 ? 0 : 32 - Math.clz32(bucket);
    const first = bucket + view.getUint32(meta.spares + Math.min(doubling, 31) * 4, little);
    for (let at = first; at !== 0; ) {
      const start = pageStart(database, at);
      yield* readPairs(database, start);
      at = view.getUint32(start + page.next, little);
    }
  }
}

function byteOrder(bytes: Uint8Array): "big" | "little" | null {
  if (bytes.length < meta.size) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(meta.magic, true) === hashMagic) return "little";
  return view.getUint32(meta.magic) === hashMagic ? "big" : null;
}

function open(bytes: Uint8Array): Database {
  const order = byteOrder(bytes);
  if (order === null) throw damaged("it is not a hash database of Berkeley DB");
  const little = order === "little";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(meta.version, little);
  if (version < 8 || version > 10) throw damaged(`version ${version} of Berkeley DB's hash format is not known`);
  if (bytes[meta.encryption] !== 0) throw damaged("it is encrypted");
  const pageSize = view.getUint32(meta.pageSize, little);
  const isSize = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
  if (!isSize) throw damaged("its page size is none of Berkeley DB's");
  const pages = Math.floor(bytes.length / pageSize);
  if (view.getUint32(meta.lastPage, little) >= pages) throw damaged("it is cut off");
  return { bytes, view, little, pageSize, pages, seen: new Set() };
}

/** Where the page `number` starts, which is asked for once only. */
function pageStart(database: Database, number: number): number {
  const { view, little, pageSize, pages, seen } = database;
  if (number === 0 || number >= pages) throw damaged("it names a page outside the file");
  if (seen.has(number)) throw damaged("its pages go in a circle");
  seen.add(number);
  const start = number * pageSize;
  // A bucket of a new doubling that nothing was put into yet is a page of zeros.
  const isUnused = database.bytes[start + page.type] === types.empty;
  if (!isUnused && view.getUint32(start + page.number, little) !== number)
    throw damaged("it has a page at a wrong place");
  return start;
}

function* readPairs(database: Database, start: number): Generator<Uint8Array> {
  const { bytes, view, little, pageSize } = database;
  const type = bytes[start + page.type];
  if (type === types.empty) return;
  if (type !== types.sorted && type !== types.unsorted) throw damaged("it has a page of a wrong type");
  const count = view.getUint16(start + page.entries, little);
  if (page.head + count * 2 > pageSize) throw damaged("it has a page with too many entries");
  const offset = (index: number) => (index < 0 ? pageSize : view.getUint16(start + page.head + index * 2, little));
  // Entries fill a page from its end, so that each one ends where the one before starts.
  const item = (index: number) => {
    if (offset(index) < page.head + count * 2 || offset(index) >= offset(index - 1)) {
      throw damaged("it has a page with overlapping entries");
    }
    return bytes.subarray(start + offset(index), start + offset(index - 1));
  };
  for (let index = 0; index + 1 < count; index += 2) {
    const key = item(index);
    const value = item(index + 1);
    if (!isCounter(key)) yield readValue(database, value);
  }
}

/** rpm counts packages from 1; under 0 it keeps the highest number given. */
function isCounter(key: Uint8Array): boolean {
  return key[0] === items.inline && key.length === 5 && key.subarray(1).every((byte) => byte === 0);
}

function readValue(database: Database, item: Uint8Array): Uint8Array {
  const { little } = database;
  if (item[0] === items.inline) return item.subarray(1);
  if (item[0] !== items.overflow || item.length !== items.overflowSize)
    throw damaged("it has an entry of a wrong type");
  const view = new DataView(item.buffer, item.byteOffset, item.length);
  return readChain(database, { first: view.getUint32(4, little), length: view.getUint32(8, little) });
}

function readChain(database: Database, chain: { readonly first: number; readonly length: number }): Uint8Array {
  const { bytes, view, little, pageSize } = database;
  if (chain.length > bytes.length) throw damaged("it has a value longer than the file");
  const parts: Uint8Array[] = [];
  let left = chain.length;
  for (let at = chain.first; left > 0; ) {
    const start = pageStart(database, at);
    const used = view.getUint16(start + page.used, little);
    const isPart =
      bytes[start + page.type] === types.overflow && used > 0 && used <= Math.min(left, pageSize - page.head);
    if (!isPart) throw damaged("it has a broken chain of pages");
    parts.push(bytes.subarray(start + page.head, start + page.head + used));
    left -= used;
    at = view.getUint32(start + page.next, little);
  }
  return Buffer.concat(parts);
}
