import { tooLarge } from "./error.ts";

/** A stream of bytes, read once. */
export type Bytes = AsyncIterable<Uint8Array>;

/** How much may be read, in bytes, and what it is, for messages: a file name, a package, a URL. */
export interface ReadLimit {
  readonly limit: number;
  readonly what: string;
  /** Whether what comes out of a decompressor is only lent: the memory of a chunk is given back when the next is asked for. */
  readonly lends?: boolean;
  /** Whether what goes into a decompressor is only lent: a chunk is overwritten when the next is asked for. */
  readonly borrows?: boolean;
  /** How much of what came out before Zstandard may refer to and its reader therefore holds, in bytes; 128 MiB unless given. */
  readonly window?: number;
}

/** Reads all of `source` into one array. Throws ARCHIVE_TOO_LARGE as soon as more than `limit` bytes have come. */
export async function collect(source: Bytes, options: ReadLimit): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > options.limit) throw tooLarge(options.what, options.limit);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

/** `chunks` as a stream. */
export async function* fromBytes(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** Passes `source` on, and shows each chunk before. */
export async function* observed(source: Bytes, see: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    see(chunk);
    yield chunk;
  }
}

/** `chunks` one after the other; a single chunk is returned as it is. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const joined = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}

/** Passes `source` on and throws ARCHIVE_TOO_LARGE before the chunk that would pass `limit`. */
export async function* limited(source: Bytes, options: ReadLimit): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > options.limit) throw tooLarge(options.what, options.limit);
    yield chunk;
  }
}

/** `source` in memory of its own, for readers that ask for the next chunk before they are done with one. */
export async function* copied(source: Bytes): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) yield new Uint8Array(chunk);
}
