import { ReadableStream, type ReadableStreamDefaultController } from "node:stream/web";
import { type Bytes, collect, fromBytes, limited, type ReadLimit } from "./bytes.ts";
import { ArchiveError } from "./error.ts";
import { bestXzDecoder, type XzDecoder } from "./xz-decoder.ts";

const inputSize = 1 << 18;

/**
 * Decompresses xz, any number of streams one after the other. Where the native decoder
 * is installed each call works on a thread of its own, a little ahead of the reader and no further. Throws XZ_INVALID for damage, truncation and bytes after the end, ARCHIVE_TOO_LARGE
 * when more than `limit` bytes come out.
 */
export function unxz(source: Bytes, options: XzOptions): Bytes {
  return limited(decode(source, options), options);
}

/** A limit, and the decoder to use; default the fastest there is. */
export interface XzOptions extends ReadLimit {
  readonly decoder?: XzDecoder;
}

/** `unxz` over bytes in memory. */
export async function unxzBytes(bytes: Uint8Array, options: XzOptions): Promise<Uint8Array> {
  return await collect(decode(fromBytes(bytes), options), options);
}

async function* decode(source: Bytes, { what, decoder }: XzOptions): AsyncGenerator<Uint8Array> {
  const decompress = decoder ?? (await bestXzDecoder());
  const input: Input = {
    iterator: source[Symbol.asyncIterator](),
    rest: new Uint8Array(0),
    stopped: false,
    failure: null,
  };
  try {
    yield* decompress(new ReadableStream({ pull: async (queue) => await pull(input, queue) }, { highWaterMark: 0 }));
  } catch (cause) {
    if (input.failure !== null) throw input.failure.cause;
    throw invalid(what, cause);
  } finally {
    input.stopped = true;
    input.iterator.return?.().catch(() => {});
  }
}

/** What is still to be decompressed. A failure of the source is remembered, as it comes back reworded. */
interface Input {
  readonly iterator: AsyncIterator<Uint8Array>;
  rest: Uint8Array;
  stopped: boolean;
  failure: { readonly cause: unknown } | null;
}

/** Hands over a small piece. The decoder may ask on after its reader has stopped: then it is told the end. */
async function pull(input: Input, queue: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
  try {
    while (input.rest.length === 0 && !input.stopped) {
      const next = await input.iterator.next();
      if (next.done === true) input.stopped = true;
      else input.rest = next.value;
    }
  } catch (cause) {
    input.failure = { cause };
    throw cause;
  }
  if (input.stopped) queue.close();
  else queue.enqueue(input.rest.subarray(0, inputSize));
  input.rest = input.rest.subarray(inputSize);
}

function invalid(what: string, cause: unknown): ArchiveError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new ArchiveError("XZ_INVALID", `${what} is not valid xz data: ${problem}`, {
    hint: "the file is damaged or was cut short; fetch it again",
    cause,
  });
}
