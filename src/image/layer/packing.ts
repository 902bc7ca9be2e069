import { gzipBytes } from "../../archive/gzip.ts";
import { zstdBytes } from "../../archive/zstd.ts";
import type { Cache } from "../../cache/cache.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import type { Fragment } from "./fragment.ts";

/** How layers are compressed. */
export type Compression = "gzip" | "zstd";

/** Where packed pieces are kept, and how they are packed. */
export interface Packing {
  readonly cache: Cache;
  readonly compression: Compression;
  /** Fragments being made right now, by name: images built at the same time make each once. */
  readonly pending: Map<string, Promise<Fragment>>;
}

/** A packing for each compression. Whoever builds several images gives all of them the same. */
export function createPackings(cache: Cache): Readonly<Record<Compression, Packing>> {
  return {
    gzip: { cache, compression: "gzip", pending: new Map() },
    zstd: { cache, compression: "zstd", pending: new Map() },
  };
}

/** What a packing's name depends on: another zlib or zstd may write other bytes for the same content. */
export function packingName({ compression }: Pick<Packing, "compression">): string {
  const version = compression === "gzip" ? process.versions["zlib"] : process.versions["zstd"];
  return `${compression}/1MiB/${version ?? "unknown"}`;
}

/** `bytes` as one gzip member or Zstandard frame; several of them one after the other are a valid stream. */
export async function packBytes(bytes: Uint8Array, compression: Compression): Promise<Uint8Array> {
  return await (compression === "gzip" ? gzipBytes(bytes) : zstdBytes(bytes));
}

/** The media type of a layer packed so. */
export function layerMediaType(compression: Compression): string {
  return compression === "gzip" ? mediaTypes.layerGzip : mediaTypes.layerZstd;
}
