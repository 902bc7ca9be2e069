import { gzipBytes } from "../../archive/gzip.ts";
import { zstdBytes } from "../../archive/zstd.ts";
import { mediaTypes } from "../../oci/media-type.ts";

/** How layers are compressed. */
export type Compression = "gzip" | "zstd";

/** Names what packed bytes depend on besides their content: another zlib or zstd may write other bytes. */
export function packingName({ compression }: { readonly compression: Compression }): string {
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
