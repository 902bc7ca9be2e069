import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/**
 * The least a scan of gzip layers has to do, one after the other: hash the compressed bytes, unpack them, and step over the tar
 * headers.
 */
export async function leastWork(layers: readonly string[]): Promise<void> {
  for (const path of layers) {
    const hash = createHash("sha256");
    for await (const chunk of chunksOf(path)) hash.update(chunk);
    hash.digest();
    const walk = headerWalk();
    for await (const chunk of chunksOf(path).pipe(createGunzip({ chunkSize: 1 << 18 }))) walk(chunk);
  }
}

function chunksOf(path: string) {
  return createReadStream(path, { highWaterMark: 1 << 20 });
}

/** Steps from header to header of a tar stream by their sizes. */
function headerWalk(): (chunk: Uint8Array) => void {
  let skip = 0;
  let rest: Uint8Array = new Uint8Array(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = skip;
    for (; at + 512 <= bytes.length; ) {
      const size = Number.parseInt(Buffer.from(bytes.subarray(at + 124, at + 136)).toString("latin1"), 8);
      at += 512 + Math.ceil((Number.isNaN(size) ? 0 : size) / 512) * 512;
    }
    rest = at < bytes.length ? bytes.subarray(at) : new Uint8Array(0);
    skip = at > bytes.length ? at - bytes.length : 0;
  };
}
