import { compareImages, readingOrder } from "../compare/compare.ts";
import type { Comparison } from "../compare/comparison.ts";
import { type CompareFilter, noFilter } from "../compare/filter.ts";
import type { Side } from "../compare/side.ts";
import { match } from "../vuln/match.ts";
import { tagOf } from "./compare/tag.ts";
import type { Ports } from "./ports.ts";
import { type Scanned, scanReference } from "./scan.ts";
import { type MatchRequest, type OpenedAdvisories, openAdvisories, optionsFor } from "./vuln/advisories.ts";
import { noVex } from "./vuln/vex-request.ts";

/** Images to compare with one, and how. */
export interface CompareRequest extends MatchRequest {
  readonly analysed: readonly [ComparedReference, ...ComparedReference[]];
  readonly baseline: ComparedReference;
  readonly platform: string | null;
  readonly filter: CompareFilter;
}

/** A reference, and which image of a layout or archive is meant; null where it says so itself. */
export interface ComparedReference {
  readonly reference: string;
  readonly within: string | null;
}

/** Two images scanned and matched, and what lies between them. */
export interface ComparedImages {
  readonly comparison: Comparison;
  /** The same in the order a reader wants: the conventional image first. `turned` when that is not the order of the flags. */
  readonly shown: Comparison;
  readonly turned: boolean;
  readonly analysed: Scanned;
  readonly baseline: Scanned;
}

/** Obtains, scans and matches two images, and compares all of them. */
export async function compareReferences(
  { analysed, baseline }: { readonly analysed: string; readonly baseline: string },
  { platform }: { readonly platform: string | null },
  ports: Ports,
): Promise<ComparedImages> {
  const choice = (reference: string): ComparedReference => ({ reference, within: null });
  const [compared] = await compareEach(
    {
      analysed: [choice(analysed)],
      baseline: choice(baseline),
      platform,
      filter: noFilter,
      policy: "all",
      archive: "always",
      maxAge: null,
      vex: noVex,
    },
    ports,
  );
  return compared;
}

/** Obtains, scans and matches the images and compares each with the baseline, in the order they are named. */
export async function compareEach(
  request: CompareRequest,
  ports: Ports,
): Promise<readonly [ComparedImages, ...ComparedImages[]]> {
  const baseline = await scanOne(request.baseline, request, ports);
  const [one, ...more] = request.analysed;
  const first = await scanOne(one, request, ports);
  const others: NamedScan[] = [];
  for (const choice of more) others.push(await scanOne(choice, request, ports));

  using advisories = await openAdvisories(ports);
  const matching = { advisories, request };
  const held = await sideOf(baseline, matching, ports);
  const compare = async (analysed: NamedScan): Promise<ComparedImages> => {
    const sides = { baseline: held, analysed: await sideOf(analysed, matching, ports) };
    const comparison = compareImages(sides, request.filter);
    const order = readingOrder(sides);
    const turned = order.turned && more.length === 0;
    const shown = turned ? compareImages(order.sides, request.filter) : comparison;
    return { comparison, shown, turned, analysed: analysed.scanned, baseline: baseline.scanned };
  };
  const compared: [ComparedImages, ...ComparedImages[]] = [await compare(first)];
  for (const other of others) compared.push(await compare(other));
  return compared;
}

interface NamedScan {
  readonly choice: ComparedReference;
  readonly scanned: Scanned;
}

async function scanOne(choice: ComparedReference, { platform, vex }: CompareRequest, ports: Ports): Promise<NamedScan> {
  const { reference, within } = choice;
  return { choice, scanned: await scanReference(reference, { platform, within, vex }, ports) };
}

interface Matching {
  readonly advisories: OpenedAdvisories;
  readonly request: CompareRequest;
}

async function sideOf({ choice, scanned }: NamedScan, matching: Matching, ports: Ports): Promise<Side> {
  const { sbom, facts, notes } = scanned;
  const vulnerabilities = match(sbom, await optionsFor(scanned, matching, ports));
  return { sbom, facts, notes, vulnerabilities, tag: tagOf(choice.reference, choice.within) };
}
