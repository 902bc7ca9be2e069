/**
 * Texts in blocks of bytes: one byte a character where all are below 256, else two. A text is known by the place where it
 * stands, a number below 2³².
 */
export interface Names {
  /** Adds `text`, followed by `link` where there is one, both of less than 16,384 characters; returns its place. */
  add(text: string, link: string | null): number;
  text(place: number): string;
  /** What was added along with the text; "" where there was nothing. */
  link(place: number): string;
  /** Whether the text at `place` is the part of `path` from `start` to `end`. */
  matches(place: number, part: { readonly path: string; readonly start: number; readonly end: number }): boolean;
}

const blockBits = 20;
const blockSize = 1 << blockBits;
/** Before each text, in two bytes: its length, whether it is wide, and whether a link follows. */
const wide = 0x8000;
const linked = 0x4000;
const lengthMask = 0x3fff;
const headSize = 2;

/** No texts yet. */
export function createNames(): Names {
  const blocks: Buffer[] = [];
  let used = blockSize;

  const blockAt = (place: number) => blocks[place >>> blockBits] ?? Buffer.alloc(0);
  const write = (block: Buffer, at: number, text: string, flags: number) => {
    const isWide = !isNarrow(text);
    block.writeUInt16LE(text.length | flags | (isWide ? wide : 0), at);
    return at + headSize + block.write(text, at + headSize, isWide ? "utf16le" : "latin1");
  };
  const read = (block: Buffer, at: number) => {
    const head = headAt(block, at);
    const length = head & lengthMask;
    const isWide = (head & wide) !== 0;
    const end = at + headSize + (isWide ? length * 2 : length);
    return { text: block.toString(isWide ? "utf16le" : "latin1", at + headSize, end), end };
  };

  return {
    add(text, link) {
      const size = 2 * (headSize + 2 * Math.max(text.length, link?.length ?? 0));
      if (used + size > blockSize) {
        blocks.push(Buffer.allocUnsafeSlow(blockSize));
        used = 0;
      }
      const block = blocks[blocks.length - 1] ?? Buffer.alloc(0);
      const start = used;
      used = write(block, start, text, link === null ? 0 : linked);
      if (link !== null) used = write(block, used, link, 0);
      return (blocks.length - 1) * blockSize + start;
    },
    text(place) {
      return read(blockAt(place), place & (blockSize - 1)).text;
    },
    link(place) {
      const block = blockAt(place);
      const at = place & (blockSize - 1);
      if ((headAt(block, at) & linked) === 0) return "";
      return read(block, read(block, at).end).text;
    },
    matches(place, { path, start, end }) {
      const block = blockAt(place);
      const at = place & (blockSize - 1);
      const length = end - start;
      const head = headAt(block, at);
      if ((head & lengthMask) !== length) return false;
      const from = at + headSize;
      if ((head & wide) !== 0) return block.toString("utf16le", from, from + 2 * length) === path.slice(start, end);
      for (let index = 0; index < length; index++) {
        if (block[from + index] !== path.charCodeAt(start + index)) return false;
      }
      return true;
    },
  };
}

function headAt(block: Buffer, at: number): number {
  return (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
}

function isNarrow(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0xff) return false;
  return true;
}
