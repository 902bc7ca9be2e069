import { createHash } from "node:crypto";
import type { Cache } from "../cache/cache.ts";
import type { Platform } from "../oci/platform.ts";
import { composeImage, type ImagePlan } from "./build.ts";
import { type BuiltImage, documentOf } from "./built.ts";
import { allThere, type Layer } from "./layer/layer.ts";
import { type Packing, packingName } from "./layer/packing.ts";

/** Bump when the same plan gives another image than before. */
const builderRules = "image/2";

/**
 * Builds the image of one platform, or finds it in the cache: a plan that was built before, and whose layers are all still
 * there, costs looking.
 */
export async function buildImage(plan: ImagePlan, cache: Cache): Promise<BuiltImage> {
  const packing: Packing = { cache, compression: plan.definition.compression ?? "gzip" };
  const key = planKey(plan, packing);
  const known = await cache.record("image", key);
  if (isRecord(known) && (await isWhole(known.layers, cache))) return imageOf(known);
  const built = await composeImage(plan, packing);
  await cache.writeRecord("image", key, recordOf(built));
  return built;
}

/** All that the outcome depends on. */
function planKey(plan: ImagePlan, packing: Packing): string {
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

interface ImageRecord {
  readonly platform: Platform;
  readonly layers: readonly Layer[];
  readonly config: { readonly mediaType: string; readonly text: string };
  readonly manifest: { readonly mediaType: string; readonly text: string };
}

function recordOf({ platform, layers, config, manifest }: BuiltImage): ImageRecord {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    platform,
    layers,
    config: { mediaType: config.descriptor.mediaType, text: text(config.bytes) },
    manifest: { mediaType: manifest.descriptor.mediaType, text: text(manifest.bytes) },
  };
}

function imageOf({ platform, layers, config, manifest }: ImageRecord): BuiltImage {
  const document = ({ text, mediaType }: ImageRecord["config"]) =>
    documentOf(new TextEncoder().encode(text), mediaType);
  return { platform, layers, config: document(config), manifest: document(manifest) };
}

async function isWhole(layers: readonly Layer[], cache: Cache): Promise<boolean> {
  for (const layer of layers) if (!(await allThere(layer.parts, cache))) return false;
  return true;
}

function isRecord(value: unknown): value is ImageRecord {
  return typeof value === "object" && value !== null && "layers" in value && "manifest" in value;
}
