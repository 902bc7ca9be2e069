import type { BitReader } from "./bits.ts";

/** A canonical Huffman code of up to 20 bits, ready for decoding. */
export interface HuffmanCode {
  readonly shortest: number;
  /** By length: the largest code of that length, -1 where there is none. */
  readonly limits: Int32Array;
  /** By length: what to take from a code of that length for its place in `symbols`. */
  readonly bases: Int32Array;
  /** All symbols by length, then by number. */
  readonly symbols: Uint16Array;
}

/** The longest code a table may have. */
export const longestCode = 20;

/** The code whose symbols have these `lengths`, each from 1 to 20. */
export function huffmanCode(lengths: Uint8Array): HuffmanCode {
  const counts = new Int32Array(longestCode + 2);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const limits = new Int32Array(longestCode + 2).fill(-1);
  const bases = new Int32Array(longestCode + 2);
  let code = 0;
  let before = 0;
  for (let length = 1; length <= longestCode; length++) {
    const count = counts[length] ?? 0;
    bases[length] = code - before;
    if (count > 0) limits[length] = code + count - 1;
    code = (code + count) << 1;
    before += count;
  }
  const order = Uint16Array.from(lengths.keys()).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  return { shortest: lengths.reduce((least, length) => Math.min(least, length)), limits, bases, symbols: order };
}

/** The next symbol of `reader`; null for bits that are no code of the table. */
export function readSymbol(reader: BitReader, code: HuffmanCode): number | null {
  const { limits, bases, symbols } = code;
  let length = code.shortest;
  let bits = reader.bits(length);
  while (length <= longestCode) {
    const limit = limits[length] ?? -1;
    if (bits <= limit) return symbols[bits - (bases[length] ?? 0)] ?? null;
    length += 1;
    bits = (bits << 1) | reader.bits(1);
  }
  return null;
}
