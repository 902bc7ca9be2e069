import type { Cache } from "../cache/cache.ts";
import { encodeConfig, type ImageConfig } from "../oci/config.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, sha256Digest } from "../oci/digest.ts";
import type { Source } from "../oci/graph.ts";
import { encodeIndex } from "../oci/image-index.ts";
import { encodeManifest } from "../oci/manifest.ts";
import { mediaTypes } from "../oci/media-type.ts";
import { formatPlatform, type Platform } from "../oci/platform.ts";
import { ImageError } from "./error.ts";
import { type Layer, type LayerReading, layerContent } from "./layer/layer.ts";

/** An image of one platform, composed: its layers lie in the cache as parts, its documents in memory. */
export interface BuiltImage {
  readonly platform: Platform;
  readonly layers: readonly Layer[];
  readonly config: Document;
  readonly manifest: Document;
}

/** A document with the bytes its digest is of. */
export interface Document {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Images of one definition for several platforms under one index. */
export interface BuiltIndex {
  readonly images: readonly BuiltImage[];
  readonly index: Document;
}

/** Joins layers and configuration into an image. */
export function assembleImage(
  config: ImageConfig,
  layers: readonly Layer[],
  annotations: Readonly<Record<string, string>>,
): BuiltImage {
  const configDocument = documentOf(encodeConfig(config), mediaTypes.config);
  const manifest = encodeManifest({
    mediaType: mediaTypes.manifest,
    config: configDocument.descriptor,
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    annotations,
  });
  return {
    platform: config.platform,
    layers,
    config: configDocument,
    manifest: documentOf(manifest, mediaTypes.manifest),
  };
}

/** Joins images of several platforms, in the order of their names. */
export function assembleIndex(
  images: readonly BuiltImage[],
  annotations: Readonly<Record<string, string>>,
): BuiltIndex {
  const sorted = [...images].sort((a, b) => (formatPlatform(a.platform) < formatPlatform(b.platform) ? -1 : 1));
  const manifests = sorted.map((image) => ({ ...image.manifest.descriptor, platform: image.platform }));
  return {
    images: sorted,
    index: documentOf(encodeIndex({ mediaType: mediaTypes.index, manifests, annotations }), mediaTypes.index),
  };
}

/** Built images as a source to copy from: layers stream from the cache. Any reference stands for the index. */
export function builtSource(built: BuiltIndex, cache: Cache): Source {
  const documents = new Map<Digest, Uint8Array>([[built.index.descriptor.digest, built.index.bytes]]);
  const layers = new Map<Digest, Layer>();
  for (const image of built.images) {
    for (const document of [image.config, image.manifest]) documents.set(document.descriptor.digest, document.bytes);
    for (const layer of image.layers) layers.set(layer.digest, layer);
  }
  const open = (descriptor: Descriptor, how: LayerReading): AsyncIterable<Uint8Array> => {
    const document = documents.get(descriptor.digest);
    if (document !== undefined) return once(document);
    const layer = layers.get(descriptor.digest);
    if (layer !== undefined) return layerContent(layer, cache, how);
    throw new ImageError("IMAGE_INPUT_MISSING", `${descriptor.digest} is not part of the built image`, {
      hint: "ask for the image's own manifests, configuration and layers",
    });
  };
  return {
    resolve: async () => built.index.descriptor,
    fetch: async (descriptor) => open(descriptor, "stream"),
    lend: async (descriptor) => open(descriptor, "lend"),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A document of `bytes`. */
export function documentOf(bytes: Uint8Array, mediaType: string): Document {
  return { bytes, descriptor: { mediaType, digest: sha256Digest(bytes), size: bytes.length } };
}
