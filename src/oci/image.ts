import { type ImageConfig, parseConfig } from "./config.ts";
import type { Descriptor } from "./descriptor.ts";
import { OciError } from "./error.ts";
import type { Source } from "./graph.ts";
import { invalidDocument, maximumDocumentSize } from "./json.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { isImageConfig, isIndex, isManifest } from "./media-type.ts";
import { imagesOffered } from "./offers.ts";
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
  /** Which image of an index, and what one that stands alone must be for. */
  readonly platform?: Platform;
  /** Which of several, where no `platform` is wanted: an image that is the only one is taken as it is. */
  readonly preferred?: Platform;
  readonly signal?: AbortSignal;
}

/**
 * Reads one platform's manifest and configuration, both verified; indices may be in one another. Throws OCI_PLATFORM_ABSENT
 * where the platform is not offered, or none is asked for and there are several; OCI_DOCUMENT_INVALID for what is not an
 * image; and the source's errors.
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
    throw absent(descriptor, selection.platform, [config]);
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
  const { reference, signal } = selection;
  const named = typeof reference === "string" ? await source.resolve(reference) : reference;
  const descriptor = isIndex(named.mediaType) ? await pickManifest(source, named, selection) : named;
  if (isManifest(descriptor.mediaType)) {
    return { descriptor, bytes: await readDocument(source, descriptor, signal) };
  }
  throw invalidDocument(`${descriptor.digest} is not a container image: its media type is ${descriptor.mediaType}`);
}

async function pickManifest(source: Source, index: Descriptor, selection: ImageSelection): Promise<Descriptor> {
  const { platform, preferred, signal } = selection;
  const images = await imagesOffered(source, index, signal);
  if (images.length === 0) throw invalidDocument(`the index ${index.digest} has no image in it`);
  const wanted = platform ?? preferred;
  const only = platform === undefined ? onlyOne(images) : null;
  let offers = images;
  let picked = only ?? (wanted === undefined ? null : pickPlatform(images, wanted));
  if (picked === null && images.some((image) => image.platform === undefined)) {
    offers = await withPlatforms(source, images, signal);
    picked = wanted === undefined ? null : pickPlatform(offers, wanted);
  }
  if (picked === null) throw absent(index, platform, offers);
  return { mediaType: picked.mediaType, digest: picked.digest, size: picked.size };
}

/** How many configurations are read to learn what images are for that an index names without a platform. */
const mostUnnamed = 32;

async function withPlatforms(
  source: Source,
  images: readonly Descriptor[],
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  const known: Descriptor[] = [];
  let left = mostUnnamed;
  for (const image of images) {
    if (image.platform !== undefined) known.push(image);
    else if (left-- > 0) known.push({ ...image, ...(await platformOf(source, image, signal)) });
  }
  return known;
}

async function platformOf(source: Source, image: Descriptor, signal: AbortSignal | undefined) {
  const { config } = parseManifest(await readDocument(source, image, signal), `the manifest ${image.digest}`);
  if (!isImageConfig(config.mediaType)) return {};
  const bytes = await readDocument(source, config, signal);
  return { platform: parseConfig(bytes, `the image configuration ${config.digest}`).platform };
}

function onlyOne<Item>(items: readonly Item[]): Item | null {
  return items.length === 1 ? (items[0] ?? null) : null;
}

function absent(
  { digest }: Descriptor,
  wanted: Platform | undefined,
  offered: readonly { readonly platform?: Platform }[],
): OciError {
  const platforms = offered.flatMap(({ platform }) => (platform === undefined ? [] : [formatPlatform(platform)]));
  const list = [...new Set(platforms)].join(", ") || "no platform";
  const message =
    wanted === undefined
      ? `${digest} is for several platforms: ${list}`
      : `${digest} is not for ${formatPlatform(wanted)}, but for ${list}`;
  return new OciError("OCI_PLATFORM_ABSENT", message, { hint: "choose one of them with --platform" });
}
