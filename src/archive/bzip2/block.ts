import type { BitReader } from "./bits.ts";
import { type HuffmanCode, huffmanCode, longestCode, readSymbol } from "./huffman.ts";

/** A block as it is stored: sorted bytes, each with the place of the one that follows it. */
export interface Block {
  /** Announced CRC-32 of the block's content. */
  readonly crc: number;
  /** Bytes in sorted order in the low 8 bits, the place of the next in the high 24. */
  readonly chain: Uint32Array;
  /** Where the content begins. */
  readonly first: number;
}

/** What reading a block needs to know: the most bytes it may have, and the error for damage. */
export interface BlockOptions {
  readonly capacity: number;
  readonly invalid: (problem: string) => Error;
}

const groupSize = 50;

/** Reads a block after its mark: tables, symbols, and the chain that undoes its sorting. Throws what `invalid` gives. */
export function readBlock(reader: BitReader, options: BlockOptions): Block {
  const { invalid } = options;
  const crc = ((reader.bits(16) << 16) | reader.bits(16)) >>> 0;
  if (reader.bits(1) === 1) throw invalid("a block is scrambled in a way that has not been written since 1996");
  const origin = reader.bits(24);
  const alphabet = readAlphabet(reader);
  if (alphabet.length === 0) throw invalid("a block uses no bytes");
  const tables = reader.bits(3);
  const count = reader.bits(15);
  if (tables < 2 || tables > 6 || count === 0) throw invalid("a block has an impossible number of tables");
  const selectors = readSelectors(reader, { tables, count, invalid });
  const codes = Array.from({ length: tables }, () => huffmanCode(readLengths(reader, alphabet.length + 2, invalid)));
  const sorted = readSorted(reader, { ...options, alphabet, selectors, codes });
  if (origin >= sorted.length) throw invalid("a block begins outside itself");
  const chain = chainOf(sorted);
  return { crc, chain, first: (chain[origin] ?? 0) >>> 8 };
}

/** The bytes that occur in the block, ascending. */
function readAlphabet(reader: BitReader): Uint8Array {
  const ranges = reader.bits(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const bytes = reader.bits(16);
    for (let low = 0; low < 16; low++) if ((bytes & (0x8000 >> low)) !== 0) used.push(16 * range + low);
  }
  return Uint8Array.from(used);
}

interface SelectorOptions {
  readonly tables: number;
  readonly count: number;
  readonly invalid: (problem: string) => Error;
}

/** Which table each group of symbols uses, kept as moves to the front. */
function readSelectors(reader: BitReader, { tables, count, invalid }: SelectorOptions): Uint8Array {
  const recent = [0, 1, 2, 3, 4, 5].slice(0, tables);
  return Uint8Array.from({ length: count }, () => {
    let place = 0;
    while (reader.bits(1) === 1) if (++place >= tables) throw invalid("a block names a table it does not have");
    const [table = 0] = recent.splice(place, 1);
    recent.unshift(table);
    return table;
  });
}

function readLengths(reader: BitReader, size: number, invalid: (problem: string) => Error): Uint8Array {
  let length = reader.bits(5);
  return Uint8Array.from({ length: size }, () => {
    for (;;) {
      if (length < 1 || length > longestCode) throw invalid("a table has a code of impossible length");
      if (reader.bits(1) === 0) return length;
      length += reader.bits(1) === 0 ? 1 : -1;
    }
  });
}

interface SymbolOptions extends BlockOptions {
  readonly alphabet: Uint8Array;
  readonly selectors: Uint8Array;
  readonly codes: readonly HuffmanCode[];
}

/** The block's bytes in sorted order: symbols are runs of the byte at the front, or the place of a byte to move there. */
function readSorted(reader: BitReader, options: SymbolOptions): Uint8Array {
  const { capacity, alphabet, selectors, codes, invalid } = options;
  const recent = Uint8Array.from(alphabet);
  const sorted = new Uint8Array(capacity);
  const end = alphabet.length + 1;
  let filled = 0;
  let run = 0;
  let weight = 1;
  for (let position = 0; ; position++) {
    const code = codes[selectors[Math.floor(position / groupSize)] ?? codes.length];
    if (code === undefined) throw invalid("a block has more symbols than tables for them");
    const symbol = readSymbol(reader, code);
    if (symbol === null) throw invalid("a block has bits that are no code of its table");
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (run > capacity) throw invalid("a block is larger than announced");
      continue;
    }
    if (filled + run > capacity) throw invalid("a block is larger than announced");
    sorted.fill(recent[0] ?? 0, filled, filled + run);
    filled += run;
    run = 0;
    weight = 1;
    if (symbol === end) return sorted.subarray(0, filled);
    if (filled === capacity) throw invalid("a block is larger than announced");
    const place = symbol - 1;
    const byte = recent[place] ?? 0;
    recent.copyWithin(1, 0, place);
    recent[0] = byte;
    sorted[filled++] = byte;
  }
}

/** The inverse of the Burrows-Wheeler transform, as a chain to be followed. */
function chainOf(sorted: Uint8Array): Uint32Array {
  const starts = new Uint32Array(257);
  for (const byte of sorted) starts[byte + 1] = (starts[byte + 1] ?? 0) + 1;
  for (let byte = 1; byte <= 256; byte++) starts[byte] = (starts[byte] ?? 0) + (starts[byte - 1] ?? 0);
  const chain = Uint32Array.from(sorted);
  for (let index = 0; index < sorted.length; index++) {
    const byte = sorted[index] ?? 0;
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    chain[place] = (chain[place] ?? 0) | (index << 8);
  }
  return chain;
}
