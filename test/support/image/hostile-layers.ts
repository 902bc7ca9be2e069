import { Readable } from "node:stream";
import { constants, createZstdCompress } from "node:zlib";
import { tarEnd } from "../../../src/archive/tar-write.ts";
import { extension, paxRecord, rawBlock } from "../../archive/examples.ts";
import { layerTar, type TestLayer } from "../../facts/layers.ts";
import { incompressible, largeFile, smallFile, zeros } from "./contents.ts";
import type { StreamedLayer } from "./streamed-layer.ts";

/** A layer of a few files. */
export function layerOf(layer: TestLayer): StreamedLayer {
  return { parts: [layerTar(layer)] };
}

/** A layer of parts of a tar stream; its end mark is added. */
export function layerFrom(...parts: readonly Iterable<Uint8Array>[]): StreamedLayer {
  function* all(): Generator<Uint8Array> {
    for (const part of parts) yield* part;
    yield tarEnd;
  }
  return { parts: all() };
}

/** A layer of that many files, each a gigabyte of zeros. */
export function bomb(gigabytes: number, compression: "gzip" | "zstd"): StreamedLayer {
  function* parts(): Generator<Uint8Array> {
    for (let number = 0; number < gigabytes; number++) {
      yield* largeFile(`zeros-${number}`, { size: 2 ** 30, pool: zeros });
    }
    yield tarEnd;
  }
  return { parts: parts(), compression, unsummed: true };
}

/** A layer of one Zstandard frame whose reader has to hold its last 128 MB, as `zstd --ultra -22` makes them. */
export function wideWindow(): StreamedLayer {
  const { ZSTD_c_windowLog: window, ZSTD_c_enableLongDistanceMatching: long } = constants;
  async function* parts(): AsyncGenerator<Uint8Array> {
    const packer = createZstdCompress({ params: { [window]: 27, [long]: 1 } });
    yield* Readable.from(largeFile("data", { size: 400 * 10 ** 6, pool: incompressible })).pipe(packer);
  }
  return { parts: parts(), compression: "none" };
}

/** As `bomb`, with the zeros behind the end of the archive. */
export function bombBehindTheEnd(gigabytes: number): StreamedLayer {
  function* parts(): Generator<Uint8Array> {
    yield* smallFile("etc/hostname", "here\n");
    yield tarEnd;
    for (let written = 0; written < gigabytes * 2 ** 30; written += zeros.length) yield zeros;
  }
  return { parts: parts(), unsummed: true };
}

/** The header of a file whose size is given in the form of base 256: its twelve bytes, all alike but the first. */
export function entryOfSize(first: number, others: number): Uint8Array {
  const field = Buffer.alloc(12, others);
  field[0] = first;
  return rawBlock({ 0: "etc/passwd", 124: field });
}

/** A header block with any name, also one that our own writer would not write. */
export function rawEntry(name: string | Uint8Array, fields: Readonly<Record<number, string>> = {}): Uint8Array {
  return rawBlock({ 0: name, 124: "00000000000\0", ...fields });
}

/** An extended header of that many records for the next entry, or with `g` for all. */
export function manyRecords(count: number, flag: "x" | "g" = "x"): Uint8Array {
  const records = Array.from({ length: count }, (_, at) => paxRecord(`SCHILY.xattr.user.${at}`, "x"));
  return extension(flag, records.join(""));
}

/** A folder of that many levels in one path. */
export function deepPath(levels: number): string {
  return "d/".repeat(levels).slice(0, -1);
}
