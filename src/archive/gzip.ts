import { promisify } from "node:util";
import { createGunzip, gzip } from "node:zlib";
import { type Bytes, collect, fromBytes, type ReadLimit } from "./bytes.ts";
import { ArchiveError } from "./error.ts";
import { through } from "./transform.ts";

/** Large chunks cost fewer turns; reading ahead lets the thread pool work while the reader does. */
const chunks = { chunkSize: 1 << 20, readableHighWaterMark: 1 << 21 };

/**
 * Decompresses gzip (RFC 1952), any number of members one after the other, in chunks of up to 1 MiB. Throws
 * GZIP_INVALID for damage, truncation and bytes after the end, ARCHIVE_TOO_LARGE when more than `limit` bytes come out.
 */
export function gunzip(source: Bytes, options: ReadLimit): Bytes {
  return through(source, {
    ...options,
    create: () => createGunzip(chunks),
    parts: false,
    invalid: (problem, cause) => invalid(options.what, problem, cause),
  });
}

/** `gunzip` over bytes in memory. */
export async function gunzipBytes(bytes: Uint8Array, options: ReadLimit): Promise<Uint8Array> {
  return await collect(gunzip(fromBytes(bytes), options), options);
}

const compress = promisify<Uint8Array, { level: number }, Buffer>(gzip);
const unknownSystem = 255;

/**
 * `bytes` as one gzip member at level 6, compressed on the thread pool. The header names no time, file or system, so
 * the same zlib always writes the same bytes.
 */
export async function gzipBytes(bytes: Uint8Array): Promise<Uint8Array> {
  const member = await compress(bytes, { level: 6 });
  member.fill(0, 4, 9);
  member[9] = unknownSystem;
  return member;
}

function invalid(what: string, problem: string, cause: unknown): ArchiveError {
  return new ArchiveError("GZIP_INVALID", `${what} is not valid gzip data: ${problem}`, {
    hint: "the file is damaged or was cut short; fetch it again",
    cause,
  });
}
