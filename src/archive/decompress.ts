import { type Bytes, collect, copied, fromBytes, limited, type ReadLimit } from "./bytes.ts";
import { bunzip2 } from "./bzip2/bzip2.ts";
import { gunzip } from "./gzip.ts";
import { unxz } from "./xz.ts";
import { unzstd } from "./zstd.ts";

/** How bytes are compressed; `none` for all that has no known mark. */
export type Compression = "gzip" | "xz" | "zstd" | "bzip2" | "none";

/** Decompresses `source` by the mark it begins with: gzip, xz, Zstandard, bzip2, else as it is. `limit` counts the output. */
export async function* decompress(source: Bytes, options: ReadLimit): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let head = new Uint8Array(0);
  try {
    while (head.length < longestMark) {
      const next = await iterator.next();
      if (next.done === true) break;
      first.push(options.borrows === true && next.value.length < longestMark ? new Uint8Array(next.value) : next.value);
      head = new Uint8Array([...head, ...next.value.subarray(0, longestMark)]);
    }
    const compression = compressionOf(head);
    const input = chained(first, iterator);
    const mustCopy = options.borrows === true && (compression === "xz" || compression === "bzip2");
    yield* decoders[compression](mustCopy ? copied(input) : input, options);
  } finally {
    await iterator.return?.();
  }
}

/** `decompress` over bytes in memory. Bytes that are not compressed are returned as they are. */
export async function decompressBytes(bytes: Uint8Array, options: ReadLimit): Promise<Uint8Array> {
  return await collect(decoders[compressionOf(bytes)](fromBytes(bytes), options), options);
}

/** The compression whose mark `bytes` begin with; six bytes are enough to tell. */
export function compressionOf(bytes: Uint8Array): Compression {
  return marks.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0] ?? "none";
}

const marks: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ...bzip2Marks(),
];

const longestMark = 6;

/** `BZh`, the block size and the first bytes of a block or of the end: three letters alone may begin a tar archive. */
function bzip2Marks(): readonly (readonly [Compression, readonly number[]])[] {
  const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((level) => [0x42, 0x5a, 0x68, 0x30 + level]);
  return levels.flatMap((level) => [
    ["bzip2", [...level, 0x31, 0x41]] as const,
    ["bzip2", [...level, 0x17, 0x72]] as const,
  ]);
}

const decoders: Readonly<Record<Compression, (source: Bytes, options: ReadLimit) => Bytes>> = {
  gzip: gunzip,
  xz: unxz,
  zstd: unzstd,
  bzip2: bunzip2,
  none: limited,
};

async function* chained(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
