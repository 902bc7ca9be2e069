import { entriesOf } from "../../../catalog/catalog.ts";
import { loadLeftOut } from "../../../catalog/left-out.ts";
import { loadMapping, type MappingTable } from "../../../catalog/mapping.ts";
import type { ComparedImage } from "../../../compare/comparison.ts";
import type { AdvisorySource } from "../../../vuln/model.ts";
import { compareReferences } from "../../compare.ts";
import type { Ports } from "../../ports.ts";
import { wholeCatalog } from "../list/filter.ts";
import { listCatalog } from "../list/list.ts";
import type { CatalogPage, Counterpart, Measured, Medians } from "./model.ts";

/** What a page is to be on. */
export interface PageRequest {
  /** Names of images; all of them where none is named. */
  readonly names: readonly string[];
  /** Whose sizes; null for this machine's. */
  readonly platform: string | null;
}

/**
 * Measures what the catalogue offers, and its images beside each of their conventional counterparts, all built when needed. Throws
 * CATALOG_MISSING, CATALOG_NOT_FOUND, CATALOG_FILE_INVALID, and what building and scanning them throws.
 */
export async function catalogPage({ names, platform }: PageRequest, ports: Ports): Promise<CatalogPage> {
  const catalog = await ports.library.catalog();
  for (const name of names) entriesOf(catalog, name);
  const isWanted = (name: string) => names.length === 0 || names.includes(name);
  const pairs = pairsOf(await loadMapping(ports.catalog)).filter(({ image }) =>
    isWanted(image.split(":", 1)[0] ?? image),
  );
  const advisories = new Map<string, AdvisorySource>();
  const counterparts: Counterpart[] = [];
  for (const { image, baseline } of pairs) {
    ports.signal.throwIfAborted();
    const references = { analysed: `catalog://${image}`, baseline: `baseline://${baseline}` };
    const { comparison } = await compareReferences(references, { platform }, ports);
    for (const source of comparison.advisories) advisories.set(source.source, source);
    const isKnown = comparison.advisories.length > 0;
    const [before, after] = [comparison.baseline, comparison.analysed].map((side) => measured(side, isKnown));
    if (before !== undefined && after !== undefined) counterparts.push({ image, baseline, before, after });
  }
  const { images } = await listCatalog({ ...wholeCatalog, names, platform }, ports);
  return {
    schema: "hardpan/catalog-page/1",
    madeOn: ports.now().toISOString().slice(0, 10),
    images,
    counterparts,
    medians: mediansOf(counterparts),
    advisories: [...advisories.values()],
    leftOut: await loadLeftOut(ports.catalog),
  };
}

/** Each hardened image beside each reconstruction that it takes the place of, once, in the mapping's order and slim first. */
export function pairsOf({ rows }: MappingTable): readonly Pair[] {
  const pairs = rows.flatMap(({ image, baselines }) =>
    baselines
      .flatMap(({ slim, full }) => [slim, full])
      .filter((baseline) => baseline !== null)
      .map((baseline) => ({ image, baseline })),
  );
  return [...new Map(pairs.map((pair) => [`${pair.image} ${pair.baseline}`, pair])).values()];
}

/** References into the catalogue: `node:24-debian13` and `node:24-bookworm-slim`. */
export interface Pair {
  readonly image: string;
  readonly baseline: string;
}

function measured({ packages, size, vulnerabilities }: ComparedImage, isKnown: boolean): Measured {
  return { packages: packages.total, size: size.compressed, fixable: isKnown ? vulnerabilities.fixable : null };
}

/** The middle of how much less there is; null without counterparts. */
export function mediansOf(counterparts: readonly Counterpart[]): Medians | null {
  if (counterparts.length === 0) return null;
  const less = (of: (side: Measured) => number) =>
    median(counterparts.map(({ before, after }) => 1 - of(after) / of(before)));
  return { packages: less((side) => side.packages), size: less((side) => side.size) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
}
