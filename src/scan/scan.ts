import type { Cache } from "../cache/cache.ts";
import { factsOf, neededForFacts } from "../facts/facts.ts";
import { unpackedDigest } from "../facts/files/diff-id.ts";
import type { LayerMemory, WalkOptions } from "../facts/files/layer.ts";
import type { InspectedTree } from "../facts/files/tree.ts";
import type { OpenImage } from "../facts/image.ts";
import type { Facts } from "../facts/model.ts";
import { walkImage } from "../facts/walk.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../oci/graph.ts";
import type { ImageIdentity, Sbom } from "../sbom/model.ts";
import { type BaseCandidate, findBase } from "./base.ts";
import { catalogTree } from "./catalog.ts";
import { catalogers } from "./catalogers.ts";
import { isOsRelease } from "./distribution.ts";
import { type BoundedFinder, createFinder } from "./finder.ts";
import { createLayerMemory } from "./layer-memory.ts";
import { readScanRecord, scanSchema, writeScanRecord } from "./record.ts";
import { usualUnownedPaths } from "./unowned.ts";
import { type VexDocument, vexCollector, vexDocumentsIn } from "./vex/collector.ts";

/** How to scan. `reference` is how the user named the image; with `cache`, what was scanned before is not read again. */
export interface ScanOptions {
  readonly reference: string;
  readonly cache?: Cache;
  /** Images the scanned one may be made from, as the user names them. */
  readonly bases?: readonly BaseCandidate[];
  /** Whether to list every file with its digests, which takes memory for each. */
  readonly files?: boolean;
  /** Whether to name every file that no package owns, and not only some of many. */
  readonly allUnowned?: boolean;
  readonly limits?: NonNullable<WalkOptions["limits"]>;
  readonly signal?: AbortSignal;
  /** Is shown the files, where layers are read, before they are let go of: they are most of what a scan holds. */
  readonly see?: (tree: InspectedTree) => void;
}

/** What is in an image. */
export interface ScanResult {
  readonly sbom: Sbom;
  readonly facts: Facts;
  /** VEX documents among its files, which nobody vouches for. */
  readonly vexDocuments: readonly VexDocument[];
  /** Whether it was remembered of an earlier scan. */
  readonly isRemembered: boolean;
}

/** What a scan may take: the findings of any image in use, within little memory. */
const scanLimits = { keptBytes: 64 * 2 ** 20 };
/** The same where digests of every file are asked for. */
const digestLimits = { keptBytes: 2 ** 30 };

/**
 * Reads the layers of `image` once, as far as `options.cache` does not know them, and says what is in it. Throws
 * SCAN_RECORD_INVALID, what `walkImage` throws and, for names no package URL can have, SBOM_PURL_INVALID.
 */
export async function scanImage(source: Source, image: OpenImage, options: ScanOptions): Promise<ScanResult> {
  const { cache, bases = [], files = false, allUnowned = false } = options;
  const identity: ImageIdentity = { ...image.identity, reference: options.reference };
  const isUsual = bases.length === 0 && !files;
  const known = isUsual ? await readScanRecord(identity, cache) : null;
  if (known !== null && (!allUnowned || known.sbom.unowned.paths.length === known.sbom.unowned.files))
    return { sbom: known.sbom, facts: known.facts, vexDocuments: known.vexDocuments, isRemembered: true };
  const { hasFailed, ...found } = await readImage(source, image, { ...options, identity });
  if (isUsual && !allUnowned && !hasFailed) await writeScanRecord({ ...found, diffIds: image.config.diffIds }, cache);
  return { ...found, isRemembered: false };
}

/** Catalogers find packages; one finds what is said of them. */
const collectors = [...catalogers, vexCollector];

/** What was found, of which nothing holds the files; `hasFailed` when this machine had no room to read some. */
async function readImage(
  source: Source,
  image: OpenImage,
  options: ScanOptions & { readonly identity: ImageIdentity },
): Promise<Omit<ScanResult, "isRemembered"> & { readonly hasFailed: boolean }> {
  const { identity, cache, bases = [], files = false, allUnowned = false, signal } = options;
  const finder = createFinder(collectors, { digests: files });
  const tree = await walkImage(source, image.manifest, {
    keep,
    finder,
    diffIds: image.config.diffIds,
    limits: { ...(files ? digestLimits : scanLimits), ...options.limits },
    ...(cache === undefined || files ? {} : { memory: whileRoom(finder, createLayerMemory(cache, scanSchema)) }),
    ...(signal === undefined ? {} : { signal }),
  }).finally(() => finder.close());
  options.see?.(tree);
  const unpacked = async (layer: Descriptor) => await unpackedDigest(source, layer, signal);
  const known = async (digest: string) => await knownBase(digest, cache);
  const base = await findBase({ ...image, unpacked }, { named: bases, known });
  const unownedPaths = allUnowned ? Number.POSITIVE_INFINITY : usualUnownedPaths;
  const sbom = catalogTree(tree, { image: identity, config: image.config, base, files, unownedPaths }, collectors);
  return { sbom, facts: factsOf(tree, image), vexDocuments: vexDocumentsIn(tree), hasFailed: finder.hasFailed() };
}

/** A layer of which not all was found, as others or this machine left no room, is not remembered. */
function whileRoom(finder: BoundedFinder, memory: LayerMemory): LayerMemory {
  return {
    recall: (place) => memory.recall(place),
    remember: async (place, layer) => {
      if (!finder.isFull() && !finder.hasFailed()) await memory.remember(place, layer);
    },
  };
}

/** How many bytes of the file at `path` a scan keeps besides what catalogers find. */
export const keep: WalkOptions["keep"] = (path, file) => {
  if (!neededForFacts(path) && !isOsRelease(path)) return 0;
  return file.type === "link" || file.size <= largestText ? largestText : 0;
};

const largestText = 2 ** 20;

/** An image that was scanned before. */
async function knownBase(digest: string, cache: Cache | undefined): Promise<BaseCandidate | null> {
  const record = await readScanRecord({ reference: "", digest, platform: null }, cache);
  return record === null ? null : { reference: null, digest, diffIds: record.diffIds };
}
