import { createHash } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { constants, crc32, deflateRawSync, zstdCompressSync } from "node:zlib";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { type Digest, digestHex, parseDigest } from "../../../src/oci/digest.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";

/** A layer to be written as it is made: parts of its tar stream. An array that comes again is compressed once. */
export interface StreamedLayer {
  readonly parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly compression?: "none" | "gzip" | "zstd";
  /** Of gzip; 1 unless given. */
  readonly level?: number;
  /** Leaves out the sums over what is unpacked, for layers of which the end is not read: gzip's own, and the diff_id. */
  readonly unsummed?: boolean;
}

/** What was written. */
export interface WrittenLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

/**
 * Writes a layer of any size into the folder of blobs with little memory and time: gzip as one member, whose parts were
 * compressed each by itself; Zstandard as one frame a part.
 */
export async function writeStreamedLayer(blobs: string, layer: StreamedLayer): Promise<WrittenLayer> {
  const { compression = "gzip", unsummed = false } = layer;
  const packer = packers[compression](layer.level ?? 1);
  const file = join(blobs, `being-written-${process.pid}`);
  const handle = await open(file, "w");
  const packed = createHash("sha256");
  const unpacked = createHash("sha256");
  let size = 0;
  let unpackedSize = 0;
  let checksum = 0;
  const write = async (bytes: Uint8Array) => {
    packed.update(bytes);
    size += bytes.length;
    await handle.writeFile(bytes);
  };
  try {
    await write(packer.head);
    for await (const part of joined(layer.parts)) {
      await write(packer.pack(part));
      unpackedSize += part.length;
      if (unsummed) continue;
      unpacked.update(part);
      if (compression === "gzip") checksum = crc32(part, checksum);
    }
    await write(packer.tail(checksum, unpackedSize));
  } finally {
    await handle.close();
  }
  const digest = parseDigest(`sha256:${packed.digest("hex")}`);
  await rename(file, join(blobs, digestHex(digest)));
  const diffId = parseDigest(`sha256:${unpacked.digest("hex")}`);
  return { descriptor: { mediaType: types[compression], digest, size }, diffId };
}

const types = { none: mediaTypes.layer, gzip: mediaTypes.layerGzip, zstd: mediaTypes.layerZstd };

interface Packer {
  readonly head: Uint8Array;
  pack(part: Uint8Array): Uint8Array;
  tail(checksum: number, size: number): Uint8Array;
}

const nothing = new Uint8Array(0);
const packers: Readonly<Record<"none" | "gzip" | "zstd", (level: number) => Packer>> = {
  none: () => ({ head: nothing, pack: (part) => part, tail: () => nothing }),
  zstd: () => ({ head: nothing, pack: onceEach((part) => zstdCompressSync(part)), tail: () => nothing }),
  gzip: (level) => ({
    head: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]),
    pack: onceEach((part) => deflateRawSync(part, { level, finishFlush: constants.Z_FULL_FLUSH })),
    tail(checksum, size) {
      const end = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
      end.writeUInt32LE(checksum, 2);
      end.writeUInt32LE(size % 2 ** 32, 6);
      return end;
    },
  }),
};

function onceEach(pack: (part: Uint8Array) => Uint8Array): (part: Uint8Array) => Uint8Array {
  const known = new WeakMap<Uint8Array, Uint8Array>();
  return (part) => {
    const before = known.get(part);
    if (before !== undefined) return before;
    const packed = pack(part);
    known.set(part, packed);
    return packed;
  };
}

const large = 64 * 1024;

/** Small parts put together, as each part costs a call and some bytes; large ones as they are. */
async function* joined(parts: StreamedLayer["parts"]): AsyncGenerator<Uint8Array> {
  const most = 16 * large;
  let buffer = Buffer.alloc(most);
  let filled = 0;
  for await (const part of parts) {
    if (filled > 0 && (part.length >= large || filled + part.length > most)) {
      yield buffer.subarray(0, filled);
      buffer = Buffer.alloc(most);
      filled = 0;
    }
    if (part.length >= large) yield part;
    else {
      buffer.set(part, filled);
      filled += part.length;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
