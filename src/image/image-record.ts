import { createHash } from "node:crypto";
import type { Cache } from "../cache/cache.ts";
import type { Platform } from "../oci/platform.ts";
import { type ComposedImage, composeImage, type ImagePlan } from "./build.ts";
import { type BuiltImage, type BuiltIndex, type Document, documentOf } from "./built.ts";
import { type Compression, packingName } from "./layer/compression.ts";
import type { Packing } from "./layer/fragment.ts";
import { allThere, type Layer } from "./layer/layer.ts";

/** Bump when the same plan gives another image than before. */
const builderRules = "image/10";

/** An image, and whether it had been built before. */
export interface ImageOutcome extends ComposedImage {
  readonly known: boolean;
}

/**
 * Builds the image of one platform, or finds it in the cache: a plan that was built before, and whose layers are all still
 * there, costs looking.
 */
export async function buildImage(
  plan: ImagePlan,
  packings: Readonly<Record<Compression, Packing>>,
): Promise<ImageOutcome> {
  const packing = packings[plan.definition.compression ?? "gzip"];
  const { cache } = packing;
  const key = planKey(plan, packing);
  const record = await cache.record("image", key);
  if (isOutcome(record) && (await isWhole(record.image.layers, cache))) {
    return { ...record, image: imageOf(record.image), known: true };
  }
  const composed = await composeImage(plan, packing);
  const outcome: OutcomeRecord = { ...composed, image: recordOf(composed.image) };
  await cache.writeRecord("image", key, outcome);
  return { ...composed, known: false };
}

/** Remembers an index, so that `knownIndex` finds it by its digest and by those of its manifests. */
export async function rememberIndex({ images, index }: BuiltIndex, cache: Cache): Promise<void> {
  const key = index.descriptor.digest;
  if ((await cache.record("built-index", key)) !== null) return;
  const record: IndexRecord = { images: images.map(recordOf), index: textOf(index) };
  await cache.writeRecord("built-index", key, record);
  for (const { manifest } of images) await cache.writeRecord("manifest-index", manifest.descriptor.digest, key);
}

/**
 * An index that was built before, by its digest or by that of a manifest it has; null when it was not, or its layers are no
 * longer all there.
 */
export async function knownIndex(digest: string, cache: Cache): Promise<BuiltIndex | null> {
  const whole = await cache.record("manifest-index", digest);
  const known = await cache.record("built-index", typeof whole === "string" ? whole : digest);
  if (!isIndexRecord(known)) return null;
  for (const { layers } of known.images) if (!(await isWhole(layers, cache))) return null;
  return { images: known.images.map(imageOf), index: documentFrom(known.index) };
}

/** All that the outcome depends on. */
export function planKey(plan: ImagePlan, packing: Packing): string {
  const { added, sources, npm, ...rest } = plan;
  const hash = createHash("sha256").update(`${builderRules} ${packingName(packing)}\n`);
  hash.update(JSON.stringify(rest));
  hash.update(JSON.stringify(npm));
  hash.update(JSON.stringify(added.map(({ name, source }) => [name, source.key])));
  for (const [name, files] of sources) {
    hash.update(JSON.stringify([name, files.length]));
    for (const { content, ...file } of files) {
      hash.update(JSON.stringify(file)).update(createHash("sha256").update(content).digest());
    }
  }
  return hash.digest("hex");
}

interface TextDocument {
  readonly mediaType: string;
  readonly text: string;
}

interface ImageRecord {
  readonly platform: Platform;
  readonly layers: readonly Layer[];
  readonly config: TextDocument;
  readonly manifest: TextDocument;
}

interface OutcomeRecord extends Omit<ComposedImage, "image"> {
  readonly image: ImageRecord;
}

interface IndexRecord {
  readonly images: readonly ImageRecord[];
  readonly index: TextDocument;
}

function recordOf({ platform, layers, config, manifest }: BuiltImage): ImageRecord {
  return { platform, layers, config: textOf(config), manifest: textOf(manifest) };
}

function imageOf({ platform, layers, config, manifest }: ImageRecord): BuiltImage {
  return { platform, layers, config: documentFrom(config), manifest: documentFrom(manifest) };
}

function textOf({ descriptor, bytes }: Document): TextDocument {
  return { mediaType: descriptor.mediaType, text: new TextDecoder().decode(bytes) };
}

function documentFrom({ text, mediaType }: TextDocument): Document {
  return documentOf(new TextEncoder().encode(text), mediaType);
}

async function isWhole(layers: readonly Layer[], cache: Cache): Promise<boolean> {
  for (const layer of layers) if (!(await allThere(layer.parts, cache))) return false;
  return true;
}

function isOutcome(value: unknown): value is OutcomeRecord {
  return typeof value === "object" && value !== null && "image" in value && "facts" in value;
}

function isIndexRecord(value: unknown): value is IndexRecord {
  return typeof value === "object" && value !== null && "images" in value && "index" in value;
}
