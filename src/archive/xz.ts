import { ReadableStream } from "node:stream/web";
import { xz } from "@napi-rs/lzma";
import { type Bytes, collect, fromBytes, limited, type ReadLimit } from "./bytes.ts";
import { ArchiveError } from "./error.ts";

const inputSize = 1 << 18;

/**
 * Decompresses xz, any number of streams one after the other. Each call works on a thread of its own, a little ahead
 * of the reader and no further. Throws XZ_INVALID for damage, truncation and bytes after the end, ARCHIVE_TOO_LARGE
 * when more than `limit` bytes come out.
 */
export function unxz(source: Bytes, options: ReadLimit): Bytes {
  return limited(decode(source, options.what), options);
}

/** `unxz` over bytes in memory. */
export async function unxzBytes(bytes: Uint8Array, options: ReadLimit): Promise<Uint8Array> {
  return await collect(decode(fromBytes(bytes), options.what), options);
}

async function* decode(source: Bytes, what: string): AsyncGenerator<Uint8Array> {
  const failure: { source?: { readonly cause: unknown } } = {};
  const input = ReadableStream.from(pieces(source, (cause) => (failure.source = { cause })));
  try {
    yield* xz.decompressStream(input);
  } catch (cause) {
    if (failure.source !== undefined) throw failure.source.cause;
    throw invalid(what, cause);
  }
}

/** `source` in pieces small enough to be handed over quickly. Remembers its failure, which comes back reworded. */
async function* pieces(source: Bytes, failed: (cause: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      for (let offset = 0; offset < chunk.length; offset += inputSize) yield chunk.subarray(offset, offset + inputSize);
    }
  } catch (cause) {
    failed(cause);
    throw cause;
  }
}

function invalid(what: string, cause: unknown): ArchiveError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return new ArchiveError("XZ_INVALID", `${what} is not valid xz data: ${problem}`, {
    hint: "the file is damaged or was cut short; fetch it again",
    cause,
  });
}
