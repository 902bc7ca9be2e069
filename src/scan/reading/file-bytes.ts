import { readSync } from "node:fs";
import { ScanError } from "../error.ts";
import { checkPlace, type RandomBytes } from "./random-bytes.ts";

/**
 * What is read of a file at once, and how many such blocks are kept: 2 MiB. Databases have pages of 512 bytes to 64 KiB;
 * larger blocks would make pages in a hostile order, each of which is another block, take minutes.
 */
const [blockSize, mostBlocks] = [2 ** 14, 128];

/** A block has the first bytes of the next one too, so that each number stands in one block. */
const overlap = 3;

interface Block {
  start: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * The first `length` bytes of an open file, which has as many, read as they are needed; of the blocks read last some are
 * kept. Slices are copies. Throws SCAN_FILE_INVALID where the file cannot be read.
 */
export function bytesOfFile(descriptor: number, length: number): RandomBytes {
  const blocks = new Map<number, Block>();
  let latest: Block | null = null;

  const read = (at: number, count: number) => {
    const bytes = new Uint8Array(count);
    fill(descriptor, bytes, at);
    return bytes;
  };
  // A map keeps the order in which its entries were put in: the first is the one not used for longest.
  const takeOldest = (): Block | undefined => {
    const [oldest] = blocks.size < mostBlocks ? [] : blocks;
    if (oldest !== undefined) blocks.delete(oldest[0]);
    return oldest?.[1];
  };
  const load = (start: number): Block => {
    const block = takeOldest() ?? newBlock();
    block.start = start;
    fill(descriptor, block.bytes.subarray(0, length - start), start);
    return block;
  };
  const blockAt = (at: number, count: number): Block => {
    checkPlace(at, count, length);
    if (latest !== null && at >= latest.start && at < latest.start + blockSize) return latest;
    const start = at - (at % blockSize);
    latest = blocks.get(start) ?? load(start);
    blocks.delete(start);
    blocks.set(start, latest);
    return latest;
  };
  return {
    length,
    slice(at, count) {
      checkPlace(at, count, length);
      if (count === 0) return new Uint8Array(0);
      if (count > blockSize) return read(at, count);
      const { start, bytes } = blockAt(at, count);
      const isWithin = at - start + count <= bytes.length;
      return isWithin ? bytes.slice(at - start, at - start + count) : read(at, count);
    },
    uint8(at) {
      const { start, view } = blockAt(at, 1);
      return view.getUint8(at - start);
    },
    uint16(at, littleEndian) {
      const { start, view } = blockAt(at, 2);
      return view.getUint16(at - start, littleEndian);
    },
    uint32(at, littleEndian) {
      const { start, view } = blockAt(at, 4);
      return view.getUint32(at - start, littleEndian);
    },
  };
}

function newBlock(): Block {
  const bytes = new Uint8Array(blockSize + overlap);
  return { start: 0, bytes, view: new DataView(bytes.buffer) };
}

function fill(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let filled = 0; filled < bytes.length; ) {
    const count = readSome(descriptor, { bytes, filled, position: position + filled });
    if (count === 0) throw unreadable();
    filled += count;
  }
}

function readSome(
  descriptor: number,
  part: { readonly bytes: Uint8Array; readonly filled: number; readonly position: number },
): number {
  const { bytes, filled, position } = part;
  try {
    return readSync(descriptor, bytes, filled, bytes.length - filled, position);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause?: unknown): ScanError {
  return new ScanError("SCAN_FILE_INVALID", "its copy in a temporary file could not be read again", {
    hint: "look at the disk that temporary files are on, or set TMPDIR to a folder on another",
    cause,
  });
}
