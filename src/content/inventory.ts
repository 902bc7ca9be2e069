import { CodedError } from "../error.ts";
import { parseConfig } from "../oci/config.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Source } from "../oci/graph.ts";
import { readDocument } from "../oci/image.ts";
import { parseIndex, refuseDeepNesting } from "../oci/image-index.ts";
import { distributableParts, parseManifest } from "../oci/manifest.ts";
import { isDocument, isImageConfig, isIndex, layerCompression } from "../oci/media-type.ts";
import type { Platform } from "../oci/platform.ts";

/** A graph's images and content, as far as its documents tell. */
export interface Inventory {
  /** In the index's order; what is in it for no platform, such as attestations, is left out. */
  readonly images: readonly InventoryImage[];
  /** Bytes of each document and blob that can be copied, each once. */
  readonly sizes: ReadonlyMap<Digest, number>;
  /** Whether a layer is not compressed. */
  readonly unpacked: boolean;
}

/** One image. */
export interface InventoryImage {
  /** null for what is no container image. */
  readonly platform: Platform | null;
  readonly digest: Digest;
  /** Bytes of layers, configuration and manifest, as they are stored. */
  readonly size: number;
}

/** Reads the documents of the graph below `root`, each verified. Throws OCI_DOCUMENT_INVALID, and the source's errors. */
export async function takeInventory(source: Source, root: Descriptor, signal?: AbortSignal): Promise<Inventory> {
  const taking: Taking = { source, images: [], sizes: new Map(), unpacked: false, signal };
  await take(taking, root, 0);
  return taking;
}

interface Taking {
  readonly source: Source;
  readonly images: InventoryImage[];
  readonly sizes: Map<Digest, number>;
  unpacked: boolean;
  readonly signal: AbortSignal | undefined;
}

async function take(taking: Taking, descriptor: Descriptor, depth: number): Promise<void> {
  const { source, sizes, signal } = taking;
  const { digest, mediaType, size } = descriptor;
  refuseDeepNesting(digest, depth);
  if (sizes.has(digest)) return;
  sizes.set(digest, size);
  if (!isDocument(mediaType)) return;
  const bytes = await readDocument(source, descriptor, signal);
  if (isIndex(mediaType)) {
    for (const child of parseIndex(bytes, `the index ${digest}`).manifests) await take(taking, child, depth + 1);
    return;
  }
  const manifest = parseManifest(bytes, `the manifest ${digest}`);
  const { config, layers } = manifest;
  const parts = distributableParts(manifest);
  for (const part of parts) sizes.set(part.digest, part.size);
  if (layers.some((layer) => layerCompression(layer.mediaType) === "none")) taking.unpacked = true;
  if (descriptor.platform?.os === "unknown") return;
  const platform = descriptor.platform ?? (await platformOf(taking, config));
  taking.images.push({ platform, digest, size: parts.reduce((sum, part) => sum + part.size, size) });
}

async function platformOf({ source, signal }: Taking, config: Descriptor): Promise<Platform | null> {
  if (!isImageConfig(config.mediaType)) return null;
  const bytes = await readDocument(source, config, signal);
  try {
    return parseConfig(bytes, `the image configuration ${config.digest}`).platform;
  } catch (cause) {
    // Helm and others use the media type of an image's configuration for documents of their own.
    if (cause instanceof CodedError && cause.code === "OCI_DOCUMENT_INVALID") return null;
    throw cause;
  }
}
