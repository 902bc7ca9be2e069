import { type ImageConfig, parseConfig } from "./config.ts";
import type { Descriptor } from "./descriptor.ts";
import { OciError } from "./error.ts";
import type { Source } from "./graph.ts";
import { parseIndex } from "./image-index.ts";
import { invalidDocument, maximumDocumentSize } from "./json.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { isImageConfig, isIndex, isManifest } from "./media-type.ts";
import { formatPlatform, matchPlatform, type Platform, pickPlatform } from "./platform.ts";
import { readVerified } from "./verify.ts";

/** One platform's image, without its layers. The bytes are as they came. */
export interface Image {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
}

/** Which image to read. `reference`: a name the source knows, or a descriptor. */
export interface ImageSelection {
  readonly reference: string | Descriptor;
  /** Needed where an index offers several. */
  readonly platform?: Platform;
  readonly signal?: AbortSignal;
}

/**
 * Reads one platform's manifest and configuration, both verified. Throws OCI_PLATFORM_ABSENT where the platform is not
 * offered, or none is asked for and there are several; OCI_DOCUMENT_INVALID for what is not an image; and the source's errors.
 */
export async function readImage(source: Source, selection: ImageSelection): Promise<Image> {
  const { descriptor, bytes: manifestBytes } = await selectManifest(source, selection);
  const manifest = parseManifest(manifestBytes, `the manifest ${descriptor.digest}`);
  if (!isImageConfig(manifest.config.mediaType)) {
    throw invalidDocument(
      `${descriptor.digest} is not a container image: its configuration is ${manifest.config.mediaType}`,
    );
  }
  const configBytes = await readDocument(source, manifest.config, selection.signal);
  const config = parseConfig(configBytes, `the image configuration ${manifest.config.digest}`);
  if (config.diffIds.length !== manifest.layers.length) {
    throw invalidDocument(
      `${descriptor.digest} has ${manifest.layers.length} layers, its configuration ${config.diffIds.length} diff_ids`,
    );
  }
  if (selection.platform !== undefined && !matchPlatform(selection.platform, config.platform)) {
    throw absent(descriptor, selection.platform, [config.platform]);
  }
  return { descriptor, manifest, manifestBytes, config, configBytes };
}

/** A verified document: a manifest, index or configuration of at most 4 MiB. */
export async function readDocument(source: Source, descriptor: Descriptor, signal?: AbortSignal): Promise<Uint8Array> {
  return await readVerified(source, descriptor, {
    limit: maximumDocumentSize,
    ...(signal === undefined ? {} : { signal }),
  });
}

async function selectManifest(
  source: Source,
  selection: ImageSelection,
): Promise<{ readonly descriptor: Descriptor; readonly bytes: Uint8Array }> {
  const { reference, platform, signal } = selection;
  let descriptor = typeof reference === "string" ? await source.resolve(reference) : reference;
  for (let depth = 0; depth < 4; depth++) {
    const bytes = await readDocument(source, descriptor, signal);
    if (isManifest(descriptor.mediaType)) return { descriptor, bytes };
    if (!isIndex(descriptor.mediaType)) break;
    descriptor = pickManifest(descriptor, parseIndex(bytes, `the index ${descriptor.digest}`).manifests, platform);
  }
  throw invalidDocument(`${descriptor.digest} is not a container image: its media type is ${descriptor.mediaType}`);
}

function pickManifest(index: Descriptor, manifests: readonly Descriptor[], platform: Platform | undefined): Descriptor {
  const images = manifests.filter((manifest) => manifest.platform?.os !== "unknown");
  const nested = images.length === 1 && images[0]?.platform === undefined ? images[0] : null;
  const picked = nested ?? (platform === undefined ? onlyOne(images) : pickPlatform(images, platform));
  if (picked === null) {
    throw absent(
      index,
      platform,
      images.flatMap((manifest) => manifest.platform ?? []),
    );
  }
  return { mediaType: picked.mediaType, digest: picked.digest, size: picked.size };
}

function onlyOne<Item>(items: readonly Item[]): Item | null {
  return items.length === 1 ? (items[0] ?? null) : null;
}

function absent(descriptor: Descriptor, wanted: Platform | undefined, offered: readonly Platform[]): OciError {
  const list = offered.map(formatPlatform).join(", ") || "no platform";
  const message =
    wanted === undefined
      ? `${descriptor.digest} is for several platforms: ${list}`
      : `${descriptor.digest} is not for ${formatPlatform(wanted)}, but for ${list}`;
  return new OciError("OCI_PLATFORM_ABSENT", message, { hint: "choose one of them with --platform" });
}
