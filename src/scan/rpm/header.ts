import { damaged } from "./damaged.ts";

/** A package's header as databases keep it: an index of tags and the store of their values. */
export interface RpmHeader {
  /** The first string of `tag`, its first 4096 bytes; null where there is none. */
  text(tag: number): string | null;
  /** All strings of `tag`, in order, to be asked for once: in a whole header, all of them are no longer than it is. */
  texts(tag: number): readonly string[];
  /** All numbers of `tag`, unsigned, in order. */
  numbers(tag: number): readonly number[];
}

/** How many values of lists may still be read, of all headers that share it; below 0 when one had more. */
export interface HeaderBudget {
  values: number;
}

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** Bytes of the two lengths in front, and of one index entry. */
const [preamble, entrySize] = [8, 16];

/** More than any real package has: tags, and values of one tag. Of a single text, bytes that are read. */
const limits = { entries: 65_535, values: 250_000, text: 4096 };

const stringTypes: ReadonlySet<number> = new Set([6, 8, 9]);

/** Bytes of one number of the types CHAR, INT8, INT16 and INT32. */
const numberSizes: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
]);

/**
 * Reads a header without its magic, as it stands in a database: two lengths, the index, the store (RPM file format V4,
 * "Header Structure"). A tag that stands twice counts as where it stands last, which is what rpm added at installation.
 * Throws SCAN_FILE_INVALID, also from the methods of what it returns, for values outside the store or above `budget`.
 */
export function readRpmHeader(bytes: Uint8Array, budget: HeaderBudget = { values: 4 * limits.values }): RpmHeader {
  const entries = readIndex(bytes);
  const store = bytes.subarray(preamble + readLengths(bytes).entries * entrySize);
  const find = (tag: number, isWanted: (type: number) => boolean) => {
    const entry = entries.get(tag);
    return entry === undefined || !isWanted(entry.type) ? null : entry;
  };
  let left = store.length;
  const isString = (type: number) => stringTypes.has(type);
  return {
    text(tag) {
      const entry = find(tag, isString);
      return entry === null || entry.count === 0 ? null : readFirst(store, entry);
    },
    texts(tag) {
      const entry = find(tag, isString);
      if (entry === null) return [];
      spend(entry, budget);
      const { strings, size } = readStrings(store, entry, left);
      left -= size;
      return strings;
    },
    numbers(tag) {
      const entry = find(tag, (type) => numberSizes.has(type));
      if (entry === null) return [];
      spend(entry, budget);
      return readNumbers(store, entry);
    },
  };
}

function readLengths(bytes: Uint8Array): { readonly entries: number; readonly store: number } {
  if (bytes.length < preamble) throw damaged("a package's header is shorter than its lengths");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { entries: view.getUint32(0), store: view.getUint32(4) };
}

function readIndex(bytes: Uint8Array): ReadonlyMap<number, Entry> {
  const lengths = readLengths(bytes);
  const isWhole = preamble + lengths.entries * entrySize + lengths.store <= bytes.length;
  if (lengths.entries > limits.entries || !isWhole) throw damaged("a package's header is longer than its record");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries = new Map<number, Entry>();
  for (let at = preamble; at < preamble + lengths.entries * entrySize; at += entrySize) {
    const entry = { type: view.getUint32(at + 4), offset: view.getUint32(at + 8), count: view.getUint32(at + 12) };
    entries.set(view.getUint32(at), entry);
  }
  return entries;
}

function spend({ count }: Entry, budget: HeaderBudget): void {
  if (count > limits.values) throw damaged("a package's header has too many values");
  budget.values -= count;
  if (budget.values < 0) throw damaged("packages' headers have too many values");
}

function readFirst(store: Uint8Array, { offset }: Entry): string {
  const text = Buffer.from(store.buffer, store.byteOffset, store.length);
  return text.toString("utf8", offset, Math.min(endOf(text, offset), offset + limits.text));
}

/** Strings that take at most `most` bytes, and how many bytes those are. */
function readStrings(store: Uint8Array, { offset, count }: Entry, most: number): { strings: string[]; size: number } {
  const text = Buffer.from(store.buffer, store.byteOffset, store.length);
  const strings: string[] = [];
  let at = offset;
  while (strings.length < count) {
    const end = endOf(text, at);
    if (end - offset >= most) throw damaged("a package's header has texts that overlap each other");
    strings.push(text.toString("utf8", at, end));
    at = end + 1;
  }
  return { strings, size: at - offset };
}

function endOf(text: Buffer, at: number): number {
  const end = at < text.length ? text.indexOf(0, at) : -1;
  if (end === -1) throw damaged("a package's header has a text outside its store");
  return end;
}

function readNumbers(store: Uint8Array, { type, offset, count }: Entry): readonly number[] {
  const size = numberSizes.get(type) ?? 1;
  if (offset + count * size > store.length) throw damaged("a package's header has numbers outside its store");
  const view = new DataView(store.buffer, store.byteOffset, store.length);
  const readers: Readonly<Record<number, (at: number) => number>> = {
    1: (at) => view.getUint8(at),
    2: (at) => view.getUint16(at),
    4: (at) => view.getUint32(at),
  };
  const read = readers[size] ?? (() => 0);
  return Array.from({ length: count }, (_, index) => read(offset + index * size));
}
