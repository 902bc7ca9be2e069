import { createCipheriv } from "node:crypto";
import { type TarWriteEntry, tarHeader, tarPadding } from "../../../src/archive/tar-write.ts";

const poolSize = 8 * 2 ** 20;

/** As many bytes as are wanted that look like chance and do not compress, always the same: parts of at most 8 MiB. */
export const incompressible: Uint8Array = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(poolSize),
);

/** 8 MiB of lines as a log has them, which compress to about a fifth. */
export const compressible: Uint8Array = logLines();

/** 8 MiB of zeros. */
export const zeros: Uint8Array = new Uint8Array(poolSize);

function logLines(): Uint8Array {
  const random = Buffer.from(incompressible.subarray(0, 2 ** 20)).toString("base64");
  const line = (at: number) =>
    `2026-01-10T0${at % 10}:${10 + (at % 50)}:00Z info request ${random.slice(at % 2 ** 20, (at % 2 ** 20) + 12)} served from /srv/www/${at % 97}/index.html in ${at % 41} ms\n`;
  const lines: string[] = [];
  for (let at = 0, size = 0; size < poolSize; at++) {
    lines.push(line(at * 7));
    size += lines.at(-1)?.length ?? 0;
  }
  return Buffer.from(lines.join("")).subarray(0, poolSize);
}

/** A file of a tar stream: its header, `start`, and then `pool` again and again until it has `size` bytes. */
export function* largeFile(
  path: string,
  file: { readonly size: number; readonly pool: Uint8Array; readonly start?: Uint8Array } & Partial<TarWriteEntry>,
): Generator<Uint8Array> {
  const { size, pool, start = new Uint8Array(0), ...entry } = file;
  yield tarHeader({ path, type: "file", mode: 0o644, mtime: 0, ...entry, size });
  yield start;
  let left = size - start.length;
  for (; left >= pool.length; left -= pool.length) yield pool;
  yield pool.subarray(0, left);
  yield tarPadding(size);
}

/** A small file of a tar stream. */
export function* smallFile(path: string, content: string | Uint8Array, mode = 0o644): Generator<Uint8Array> {
  const bytes = Buffer.from(content);
  yield tarHeader({ path, type: "file", mode, mtime: 0, size: bytes.length });
  yield bytes;
  yield tarPadding(bytes.length);
}
