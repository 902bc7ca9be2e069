import type { Cache } from "../cache/cache.ts";
import { factsOf, neededForFacts } from "../facts/facts.ts";
import type { OpenImage } from "../facts/image.ts";
import type { WalkOptions } from "../facts/layer.ts";
import type { Facts, ImageTree } from "../facts/model.ts";
import { walkImage } from "../facts/walk.ts";
import type { Source } from "../oci/graph.ts";
import type { ImageIdentity, Sbom, SbomPackage } from "../sbom/model.ts";
import { atMost, type Cataloger } from "./cataloger.ts";
import { componentCataloger } from "./component.ts";
import { isOsRelease, readDistribution } from "./distribution.ts";
import { dpkgCataloger } from "./dpkg.ts";
import { nodeRuntimeCataloger } from "./node-runtime.ts";
import { npmCataloger } from "./npm.ts";
import { createOwners } from "./owners.ts";
import { readScanRecord, writeScanRecord } from "./record.ts";
import { findUnowned } from "./unowned.ts";

/** All catalogers, in the order they run: what one finds, later ones do not claim again. */
export const catalogers: readonly Cataloger[] = [componentCataloger, dpkgCataloger, npmCataloger, nodeRuntimeCataloger];

/** How to scan. `reference` is how the user named the image; with `cache`, what was scanned before is not read again. */
export interface ScanOptions {
  readonly reference: string;
  readonly cache?: Cache;
  readonly limits?: NonNullable<WalkOptions["limits"]>;
  readonly signal?: AbortSignal;
}

/** What is in an image. */
export interface ScanResult {
  readonly sbom: Sbom;
  readonly facts: Facts;
  /** null when the result comes from the cache. */
  readonly tree: ImageTree | null;
}

/**
 * Reads the layers of `image` once and says what is in it. Throws SCAN_STATUS_INVALID, SCAN_RECORD_INVALID, what
 * `walkImage` throws and, for names no package URL can have, SBOM_PURL_INVALID.
 */
export async function scanImage(source: Source, image: OpenImage, options: ScanOptions): Promise<ScanResult> {
  const identity: ImageIdentity = { ...image.identity, reference: options.reference };
  const known = await readScanRecord(identity, options.cache);
  if (known !== null) return { ...known, tree: null };
  const tree = await walkImage(source, image.manifest, {
    keep,
    diffIds: image.config.diffIds,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const sbom = catalogTree(tree, { image: identity, config: image.config });
  const facts = factsOf(tree, image);
  await writeScanRecord({ sbom, facts }, options.cache);
  return { sbom, facts, tree };
}

/** The bill of materials of files already read, with the contents `keep` asks for. */
export function catalogTree(
  tree: ImageTree,
  subject: { readonly image: ImageIdentity; readonly config: OpenImage["config"] },
): Sbom {
  const distribution = readDistribution(tree);
  const owners = createOwners(tree.files);
  const found: SbomPackage[] = [];
  for (const cataloger of catalogers) {
    found.push(...cataloger.catalog({ tree, config: subject.config, distribution, owners, found: [...found] }));
  }
  return {
    image: subject.image,
    distribution,
    packages: found.sort(byTypeNameVersion),
    unowned: findUnowned(tree, owners),
  };
}

/** How many bytes of the file at `path` a scan reads. */
export const keep: WalkOptions["keep"] = (path, file) => {
  let size = neededForFacts(path) || isOsRelease(path) ? atMost(2 ** 20, file) : 0;
  for (const cataloger of catalogers) size = Math.max(size, cataloger.needs(path, file));
  return size;
};

function byTypeNameVersion(a: SbomPackage, b: SbomPackage): number {
  return (
    compare(a.type, b.type) ||
    compare(a.name, b.name) ||
    compare(a.version, b.version) ||
    compare(a.locations[0] ?? "", b.locations[0] ?? "") ||
    compare(a.purl, b.purl)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
