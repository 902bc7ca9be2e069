import { damaged } from "./damaged.ts";

/** A package's header as databases keep it: an index of tags and the store of their values. */
export interface RpmHeader {
  /** The first string of `tag`; null where there is none. */
  text(tag: number): string | null;
  /** All strings of `tag`, in order. */
  texts(tag: number): readonly string[];
  /** All numbers of `tag`, unsigned, in order. */
  numbers(tag: number): readonly number[];
}

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** Bytes of the two lengths in front, and of one index entry. */
const [preamble, entrySize] = [8, 16];

/** More than any real package has: tags, and texts of one tag. */
const limits = { entries: 65_535, texts: 1_000_000 };

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
 * Throws SCAN_FILE_INVALID, also from the methods of what it returns, for values outside the store.
 */
export function readRpmHeader(bytes: Uint8Array): RpmHeader {
  const entries = readIndex(bytes);
  const store = bytes.subarray(preamble + readLengths(bytes).entries * entrySize);
  const find = (tag: number, isWanted: (type: number) => boolean) => {
    const entry = entries.get(tag);
    return entry === undefined || !isWanted(entry.type) ? null : entry;
  };
  const isString = (type: number) => stringTypes.has(type);
  return {
    text(tag) {
      const entry = find(tag, isString);
      return entry === null ? null : (readStrings(store, { ...entry, count: Math.min(1, entry.count) })[0] ?? null);
    },
    texts(tag) {
      const entry = find(tag, isString);
      return entry === null ? [] : readStrings(store, entry);
    },
    numbers(tag) {
      const entry = find(tag, (type) => numberSizes.has(type));
      return entry === null ? [] : readNumbers(store, entry);
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

function readStrings(store: Uint8Array, { offset, count }: Entry): readonly string[] {
  if (count > limits.texts) throw damaged("a package's header has too many texts");
  const text = Buffer.from(store.buffer, store.byteOffset, store.length);
  const strings: string[] = [];
  for (let at = offset; strings.length < count; ) {
    const end = at < text.length ? text.indexOf(0, at) : -1;
    if (end === -1) throw damaged("a package's header has a text outside its store");
    strings.push(text.toString("utf8", at, end));
    at = end + 1;
  }
  return strings;
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
