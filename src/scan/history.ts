import type { FileTable } from "../facts/files/table.ts";
import type { InspectedTree } from "../facts/files/tree.ts";
import type { ImageFile } from "../facts/model.ts";
import type { PackageIdentity, RemovedPackage } from "../sbom/model.ts";
import { compareTexts } from "../sbom/order.ts";
import type { FoundPackage } from "./cataloger.ts";

/** What is asked of an image's history. */
export interface HistoryOptions {
  /** The packages of the whole image. */
  readonly present: readonly FoundPackage[];
  /** The packages that an earlier tree amounts to. */
  readonly catalog: (tree: EarlierTree) => readonly FoundPackage[];
}

/** A tree as it was after one of its layers, as far as something was found in its files. */
export type EarlierTree = Pick<InspectedTree, "files" | "findings">;

/** The tree of the image that ends with its lowest `layers` layers. */
export function earlierTree(tree: InspectedTree, layers: number): EarlierTree {
  const findings = new Map<string, unknown>();
  const gone = new Map<string, ImageFile>();
  for (const [path, finding] of tree.findings) {
    if ((tree.files.get(path)?.layer ?? layers) < layers) findings.set(path, finding);
  }
  for (const { path, file, finding, by } of tree.displaced) {
    if (file.layer >= layers || by < layers) continue;
    findings.set(path, finding);
    gone.set(path, file);
  }
  return { findings, files: withGone(tree.files, gone) };
}

function withGone(files: FileTable, gone: ReadonlyMap<string, ImageFile>): FileTable {
  if (gone.size === 0) return files;
  const get = (path: string) => gone.get(path) ?? files.get(path);
  return { ...files, get, has: (path) => gone.has(path) || files.has(path) };
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
    if (beforeLayer !== by) before = options.catalog(earlierTree(tree, by));
    const after = options.catalog(earlierTree(tree, by + 1));
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
    layer: gone === undefined ? null : (tree.layers[gone.file.layer]?.descriptor.digest ?? null),
    removedBy: tree.layers[by]?.descriptor.digest ?? "",
  };
}
