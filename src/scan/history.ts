import type { InspectedTree } from "../facts/files/tree.ts";
import type { PackageIdentity, RemovedPackage } from "../sbom/model.ts";
import { compareTexts } from "../sbom/order.ts";
import type { FoundPackage } from "./cataloger.ts";

/** What is asked of an image's history. */
export interface HistoryOptions {
  /** The packages of the whole image. */
  readonly present: readonly FoundPackage[];
  /** The packages that findings amount to. */
  readonly catalog: (findings: ReadonlyMap<string, unknown>) => readonly FoundPackage[];
}

/** The findings of the image that ends with its lowest `layers` layers. */
export function baseFindings(tree: InspectedTree, layers: number): ReadonlyMap<string, unknown> {
  const findings = new Map<string, unknown>();
  for (const [path, finding] of tree.findings) {
    if ((tree.files.get(path)?.layer ?? layers) < layers) findings.set(path, finding);
  }
  for (const { path, finding, layer, by } of tree.displaced) {
    if (layer < layers && by >= layers) findings.set(path, finding);
  }
  return findings;
}

/**
 * Packages that were there after some layer and are not after the next: taken away, or changed to another version. One
 * that a later layer brings back is not listed.
 */
export function removedPackages(tree: InspectedTree, options: HistoryOptions): readonly RemovedPackage[] {
  const changing = [...new Set(tree.displaced.map(({ by }) => by))].sort((a, b) => a - b);
  const present = new Set(options.present.map(({ purl }) => purl));
  const removed = new Map<string, RemovedPackage>();
  let before: readonly FoundPackage[] = [];
  let beforeLayer = -1;
  for (const by of changing) {
    if (beforeLayer !== by) before = options.catalog(baseFindings(tree, by));
    const after = options.catalog(baseFindings(tree, by + 1));
    const still = new Set(after.map(({ purl }) => purl));
    for (const item of before) {
      if (!still.has(item.purl) && !present.has(item.purl)) removed.set(item.purl, describe(tree, item, by));
    }
    before = after;
    beforeLayer = by + 1;
  }
  return [...removed.values()].sort((a, b) => compareTexts(a.type, b.type) || compareTexts(a.purl, b.purl));
}

function describe(tree: InspectedTree, item: FoundPackage, by: number): RemovedPackage {
  const { type, name, version, source, purl } = item satisfies PackageIdentity;
  const path = item.evidence ?? item.locations[0] ?? "";
  const gone = tree.displaced.find((one) => one.path === path && one.by === by);
  return {
    type,
    name,
    version,
    source,
    purl,
    layer: gone === undefined ? null : (tree.layers[gone.layer]?.descriptor.digest ?? null),
    removedBy: tree.layers[by]?.descriptor.digest ?? "",
  };
}
