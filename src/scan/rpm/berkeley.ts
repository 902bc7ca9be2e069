import type { RandomBytes } from "../reading/random-bytes.ts";
import { damaged } from "./damaged.ts";
import { maxRecordSize, maxRecords, unread } from "./limits.ts";

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
  readonly bytes: RandomBytes;
  readonly little: boolean;
  readonly pageSize: number;
  readonly pages: number;
  /** 1 for each page already read: a chain that comes back to one would never end. */
  readonly seen: Uint8Array;
  /** Entries that may still be read. */
  left: number;
}

/** Whether `bytes` begin as a hash database of Berkeley DB does, of either byte order. */
export function isBerkeleyHash(bytes: RandomBytes): boolean {
  return byteOrder(bytes) !== null;
}

/**
 * The values of a hash database of Berkeley DB (versions 8 to 10 of the format), which is what `Packages` was before
 * rpm 4.16; the entry with key 0, rpm's counter, is left out. Buckets are read one after the other, each with the pages
 * that continue it. Every page is read once at most; a value that is too large is empty. Throws SCAN_FILE_INVALID.
 */
export function* readBerkeleyHash(bytes: RandomBytes): Generator<Uint8Array> {
  const database = open(bytes);
  const { little } = database;
  const lastBucket = bytes.uint32(meta.maxBucket, little);
  for (let bucket = 0; bucket <= lastBucket; bucket++) {
    const doubling = bucket === 0 ? 0 : 32 - Math.clz32(bucket);
    const first = bucket + bytes.uint32(meta.spares + Math.min(doubling, 31) * 4, little);
    for (let at = first; at !== 0; ) {
      const start = pageStart(database, at);
      yield* readPairs(database, start);
      at = bytes.uint32(start + page.next, little);
    }
  }
}

function byteOrder(bytes: RandomBytes): "big" | "little" | null {
  if (bytes.length < meta.size) return null;
  if (bytes.uint32(meta.magic, true) === hashMagic) return "little";
  return bytes.uint32(meta.magic) === hashMagic ? "big" : null;
}

function open(bytes: RandomBytes): Database {
  const order = byteOrder(bytes);
  if (order === null) throw damaged("it is not a hash database of Berkeley DB");
  const little = order === "little";
  const version = bytes.uint32(meta.version, little);
  if (version < 8 || version > 10) throw damaged(`version ${version} of Berkeley DB's hash format is not known`);
  if (bytes.uint8(meta.encryption) !== 0) throw damaged("it is encrypted");
  const pageSize = bytes.uint32(meta.pageSize, little);
  const isSize = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
  if (!isSize) throw damaged("its page size is none of Berkeley DB's");
  const pages = Math.floor(bytes.length / pageSize);
  if (bytes.uint32(meta.lastPage, little) >= pages) throw damaged("it is cut off");
  return { bytes, little, pageSize, pages, seen: new Uint8Array(pages), left: maxRecords };
}

/** Where the page `number` starts, which is asked for once only. */
function pageStart(database: Database, number: number): number {
  const { bytes, little, pageSize, pages, seen } = database;
  if (number === 0 || number >= pages) throw damaged("it names a page outside the file");
  if (seen[number] === 1) throw damaged("its pages go in a circle");
  seen[number] = 1;
  const start = number * pageSize;
  // A bucket of a new doubling that nothing was put into yet is a page of zeros.
  const isUnused = bytes.uint8(start + page.type) === types.empty;
  if (!isUnused && bytes.uint32(start + page.number, little) !== number)
    throw damaged("it has a page at a wrong place");
  return start;
}

function* readPairs(database: Database, start: number): Generator<Uint8Array> {
  const { bytes, little, pageSize } = database;
  const type = bytes.uint8(start + page.type);
  if (type === types.empty) return;
  if (type !== types.sorted && type !== types.unsorted) throw damaged("it has a page of a wrong type");
  const count = bytes.uint16(start + page.entries, little);
  if (page.head + count * 2 > pageSize) throw damaged("it has a page with too many entries");
  const offset = (index: number) => (index < 0 ? pageSize : bytes.uint16(start + page.head + index * 2, little));
  // Entries fill a page from its end, so that each one ends where the one before starts.
  const item = (index: number) => {
    if (offset(index) < page.head + count * 2 || offset(index) >= offset(index - 1)) {
      throw damaged("it has a page with overlapping entries");
    }
    return bytes.slice(start + offset(index), offset(index - 1) - offset(index));
  };
  for (let index = 0; index + 1 < count; index += 2) {
    if (--database.left < 0) throw damaged("it has too many entries");
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
  const { bytes, little, pageSize } = database;
  if (chain.length > bytes.length) throw damaged("it has a value longer than the file");
  if (chain.length > maxRecordSize) return unread;
  const value = new Uint8Array(chain.length);
  let filled = 0;
  for (let at = chain.first; filled < value.length; ) {
    const start = pageStart(database, at);
    const used = bytes.uint16(start + page.used, little);
    const most = Math.min(value.length - filled, pageSize - page.head);
    const isPart = bytes.uint8(start + page.type) === types.overflow && used > 0 && used <= most;
    if (!isPart) throw damaged("it has a broken chain of pages");
    value.set(bytes.slice(start + page.head, used), filled);
    filled += used;
    at = bytes.uint32(start + page.next, little);
  }
  return value;
}
