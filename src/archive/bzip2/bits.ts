import type { Bytes } from "../bytes.ts";

/** Reads a stream bit by bit, the highest bit of a byte first. */
export interface BitReader {
  /** Waits until at least `size` bytes are at hand, or the source has ended. */
  fill(size: number): Promise<void>;
  /** The next `count` bits, at most 24, as a number. Throws what `ended` gives where the bits at hand do not suffice. */
  bits(count: number): number;
  /** Skips to the next whole byte. */
  align(): void;
  /** Whether nothing is left at hand; after `fill` this means the end of the source. */
  isEmpty(): boolean;
  /** Ends the source. */
  close(): Promise<void>;
}

/** A reader over `source`; `ended` makes the error for a source that ends too early. */
export function bitReader(source: Bytes, ended: () => Error): BitReader {
  const iterator = source[Symbol.asyncIterator]();
  let buffer: Uint8Array = new Uint8Array(0);
  let at = 0;
  let window = 0;
  let held = 0;
  return {
    async fill(size) {
      const chunks = [buffer.subarray(at)];
      let length = buffer.length - at;
      while (length < size) {
        const next = await iterator.next();
        if (next.done === true) break;
        chunks.push(next.value);
        length += next.value.length;
      }
      if (chunks.length === 1) return;
      buffer = Buffer.concat(chunks, length);
      at = 0;
    },
    bits(count) {
      while (held < count) {
        const byte = buffer[at++];
        if (byte === undefined) throw ended();
        window = (window << 8) | byte;
        held += 8;
      }
      held -= count;
      return (window >>> held) & ((1 << count) - 1);
    },
    align() {
      held = 0;
    },
    isEmpty: () => at >= buffer.length,
    async close() {
      await iterator.return?.();
    },
  };
}
