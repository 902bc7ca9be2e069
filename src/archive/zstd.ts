import { createZstdDecompress } from "node:zlib";
import { type Bytes, collect, fromBytes, type ReadLimit } from "./bytes.ts";
import { ArchiveError } from "./error.ts";
import { through } from "./transform.ts";

/** Large chunks cost fewer turns; reading ahead lets the thread pool work while the reader does. */
const chunks = { chunkSize: 1 << 18, readableHighWaterMark: 1 << 20 };

/**
 * Decompresses Zstandard (RFC 8878), any number of frames one after the other. Throws ZSTD_INVALID for damage,
 * truncation and bytes after the end, ARCHIVE_TOO_LARGE when more than `limit` bytes come out.
 */
export function unzstd(source: Bytes, options: ReadLimit): Bytes {
  return through(source, {
    ...options,
    create: () => createZstdDecompress(chunks),
    parts: true,
    invalid: (problem, cause) => invalid(options.what, problem, cause),
  });
}

/** `unzstd` over bytes in memory. */
export async function unzstdBytes(bytes: Uint8Array, options: ReadLimit): Promise<Uint8Array> {
  return await collect(unzstd(fromBytes(bytes), options), options);
}

function invalid(what: string, problem: string, cause: unknown): ArchiveError {
  return new ArchiveError("ZSTD_INVALID", `${what} is not valid Zstandard data: ${problem}`, {
    hint: "the file is damaged or was cut short; fetch it again",
    cause,
  });
}
