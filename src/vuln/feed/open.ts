import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { decompress } from "../../archive/decompress.ts";
import { VulnError } from "../error.ts";
import { type Sample, sampleOf, sampleSize } from "./sample.ts";

/** Largest feed, in bytes after decompression. */
export const feedLimit = 2 * 1024 ** 3;

/** A feed file: where it is, and what messages call it. */
export interface FeedFile {
  readonly path: string;
  readonly name: string;
}

/**
 * The content of a feed file; gzip, xz and Zstandard are undone. Throws VULN_FEED_UNREADABLE, what `decompress` throws for
 * damaged data, ARCHIVE_TOO_LARGE, and the signal's reason.
 */
export function readFeed(file: FeedFile, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  return decompress(fileBytes(file.path, signal), { limit: feedLimit, what: file.name });
}

/** A look at the beginning of a feed file. Throws VULN_FORMAT_INVALID, and what `readFeed` throws. */
export async function lookAtFeed(file: FeedFile, signal?: AbortSignal): Promise<Sample> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readFeed(file, signal)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= sampleSize) break;
  }
  return sampleOf(Buffer.concat(chunks), file.name);
}

/** SHA-256 (hex) of the file at `path` as it is on disk. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of fileBytes(path, signal)) hash.update(chunk);
  return hash.digest("hex");
}

async function* fileBytes(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    const options = { highWaterMark: 1 << 18, ...(signal === undefined ? {} : { signal }) };
    for await (const chunk of createReadStream(path, options)) yield chunk;
  } catch (cause) {
    signal?.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VulnError("VULN_FEED_UNREADABLE", `cannot read ${path}: ${why}`, {
      hint: "check the path and that the file may be read",
      cause,
    });
  }
}
