import { tarEnd, tarHeader } from "../../../src/archive/tar-write.ts";
import { extension, paxRecord, rawBlock } from "../../archive/examples.ts";
import { layerTar, type TestLayer } from "../../facts/layers.ts";
import { smallFile, zeros } from "./contents.ts";
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

/** A layer with one file of that many zeros. */
export function bomb(gigabytes: number, compression: "gzip" | "zstd"): StreamedLayer {
  const size = gigabytes * 2 ** 30;
  function* parts(): Generator<Uint8Array> {
    yield tarHeader({ path: "zeros", type: "file", mode: 0o644, mtime: 0, size });
    for (let written = 0; written < size; written += zeros.length) yield zeros;
    yield tarEnd;
  }
  return { parts: parts(), compression, unsummed: true };
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
