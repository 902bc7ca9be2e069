import { type Column, createColumn } from "./column.ts";

/** Short texts, numbered from 0 in the order in which they are added: a byte more than their own each, and half a one. */
export interface Texts {
  /** Adds a text of less than 16,384 characters; returns its number. */
  add(text: string): number;
  /** The text of a number that was given out. */
  text(number: number): string;
  /** Whether the text of `number` is the part of `path` from `start` to `end`. */
  matches(number: number, part: { readonly path: string; readonly start: number; readonly end: number }): boolean;
}

const blockBits = 18;
const blockSize = 1 << blockBits;
const inBlock = blockSize - 1;

/** Where each eighth text stands is held; to the others it is stepped from there. */
const groupBits = 3;
const inGroup = (1 << groupBits) - 1;

/** Before each text is its length in characters, in one byte, or in two more after `long`; above it, whether it is wide. */
const wide = 0x80;
const long = 0x7e;
/** Stands where no text of a block follows: the next is the first of the block after. */
const blockEnd = 0x7f;
const longest = 0x3fff;

/** No texts yet. They are kept in blocks of bytes: a byte a character where all are below 256, else two. */
export function createTexts(): Texts {
  const blocks: Buffer[] = [];
  const starts: Column = createColumn();
  let used = blockSize;
  let count = 0;

  const blockAt = (place: number) => blocks[place >>> blockBits] ?? Buffer.alloc(0);
  const placeOf = (number: number): number => {
    let place = starts.get(number >>> groupBits);
    for (let left = number & inGroup; left > 0; left--) {
      const block = blockAt(place);
      const next = endAt(block, place & inBlock);
      place = block[next] === blockEnd ? ((place >>> blockBits) + 1) << blockBits : place - (place & inBlock) + next;
    }
    return place >>> 0;
  };

  return {
    add(text) {
      if (text.length > longest) throw new RangeError(`a text of ${text.length} characters`);
      const isWide = !isNarrow(text);
      const size = 3 + (isWide ? 2 * text.length : text.length);
      // A byte is left for the mark at the end.
      if (used + size >= blockSize) {
        blocks.at(-1)?.writeUInt8(blockEnd, used);
        blocks.push(Buffer.allocUnsafeSlow(blockSize));
        used = 0;
      }
      const block = blocks[blocks.length - 1] ?? Buffer.alloc(0);
      if ((count & inGroup) === 0) starts.set(count >>> groupBits, (blocks.length - 1) * blockSize + used);
      const isLong = text.length >= long;
      block[used++] = (isLong ? long : text.length) | (isWide ? wide : 0);
      if (isLong) used = block.writeUInt16LE(text.length, used);
      used += block.write(text, used, isWide ? "utf16le" : "latin1");
      return count++;
    },
    text(number) {
      const place = placeOf(number);
      const block = blockAt(place);
      const at = place & inBlock;
      return block.toString(isWideAt(block, at) ? "utf16le" : "latin1", textAt(block, at), endAt(block, at));
    },
    matches(number, { path, start, end }) {
      const place = placeOf(number);
      const block = blockAt(place);
      const at = place & inBlock;
      const length = end - start;
      if (lengthAt(block, at) !== length) return false;
      const from = textAt(block, at);
      if (isWideAt(block, at)) return block.toString("utf16le", from, from + 2 * length) === path.slice(start, end);
      for (let index = 0; index < length; index++) {
        if (block[from + index] !== path.charCodeAt(start + index)) return false;
      }
      return true;
    },
  };
}

function isWideAt(block: Buffer, at: number): boolean {
  return ((block[at] ?? 0) & wide) !== 0;
}

function isLongAt(block: Buffer, at: number): boolean {
  return ((block[at] ?? 0) & ~wide) === long;
}

function lengthAt(block: Buffer, at: number): number {
  const head = (block[at] ?? 0) & ~wide;
  return head === long ? (block[at + 1] ?? 0) | ((block[at + 2] ?? 0) << 8) : head;
}

function textAt(block: Buffer, at: number): number {
  return at + (isLongAt(block, at) ? 3 : 1);
}

function endAt(block: Buffer, at: number): number {
  return textAt(block, at) + lengthAt(block, at) * (isWideAt(block, at) ? 2 : 1);
}

function isNarrow(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0xff) return false;
  return true;
}
