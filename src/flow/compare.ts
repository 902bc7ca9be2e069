import { compareImages, readingOrder, type Side } from "../compare/compare.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { Ports } from "./ports.ts";
import { type Scanned, scanReference } from "./scan.ts";
import { matchScanned, openAdvisories } from "./vuln/advisories.ts";

/** References of the two images. */
export interface CompareRequest {
  readonly analysed: string;
  readonly baseline: string;
}

/** Both images scanned and matched, and what lies between them. */
export interface ComparedImages {
  readonly comparison: Comparison;
  /** The same in the order a reader wants: the conventional image first. `turned` when that is not the order of the flags. */
  readonly shown: Comparison;
  readonly turned: boolean;
  readonly analysed: Scanned;
  readonly baseline: Scanned;
}

/** Obtains, scans and matches two images, and compares them. */
export async function compareReferences(
  request: CompareRequest,
  options: { readonly platform: string | null },
  ports: Ports,
): Promise<ComparedImages> {
  const baseline = await scanReference(request.baseline, options, ports);
  const analysed = await scanReference(request.analysed, options, ports);
  using advisories = await openAdvisories(ports);
  const sides = {
    baseline: await sideOf(baseline, advisories, ports),
    analysed: await sideOf(analysed, advisories, ports),
  };
  const order = readingOrder(sides);
  const comparison = compareImages(sides);
  return {
    comparison,
    shown: order.turned ? compareImages(order.sides) : comparison,
    turned: order.turned,
    analysed,
    baseline,
  };
}

async function sideOf(
  scanned: Scanned,
  advisories: Awaited<ReturnType<typeof openAdvisories>>,
  ports: Ports,
): Promise<Side> {
  const { sbom, facts, notes } = scanned;
  return { sbom, facts, notes, vulnerabilities: await matchScanned(scanned, advisories, ports) };
}
