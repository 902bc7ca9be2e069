import type { Bytes } from "./bytes.ts";

/** Reads a stream in pieces of wanted size. */
export interface ByteReader {
  /** The next `size` bytes, fewer only at the end of the stream; a view into a chunk where one chunk holds them all. */
  take(size: number): Promise<Uint8Array>;
  /** The next bytes as they come, at most `size`, at least one; null at the end of the stream. */
  some(size: number): Promise<Uint8Array | null>;
  /** Ends the source. */
  close(): Promise<void>;
}

/** A reader over `source`. */
export function byteReader(source: Bytes): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);
  let offset = 0;

  const some = async (size: number): Promise<Uint8Array | null> => {
    while (offset === chunk.length) {
      const next = await iterator.next();
      if (next.done === true) return null;
      chunk = next.value;
      offset = 0;
    }
    const end = Math.min(chunk.length, offset + size);
    const piece = chunk.subarray(offset, end);
    offset = end;
    return piece;
  };

  return {
    some,
    async take(size) {
      const first = (await some(size)) ?? chunk.subarray(0, 0);
      if (first.length === size) return first;
      const whole = new Uint8Array(size);
      let filled = 0;
      for (
        let piece: Uint8Array | null = first;
        piece !== null;
        piece = filled < size ? await some(size - filled) : null
      ) {
        whole.set(piece, filled);
        filled += piece.length;
      }
      return whole.subarray(0, filled);
    },
    async close() {
      await iterator.return?.();
    },
  };
}
