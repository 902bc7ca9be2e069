import type { PackageIdentity } from "../../sbom/model.ts";
import { compareTexts } from "../../sbom/order.ts";
import { type Finding, type Severity, severities, type UnmatchedPackage } from "../model.ts";

/** A package and what is wrong with it. */
export interface AffectedPackage {
  readonly package: PackageIdentity;
  readonly fromBase: boolean | null;
  readonly locations: readonly string[];
  /** Those that count, in the order of the report. */
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<Severity, number>>;
  readonly fixable: number;
}

/** The packages with findings that are not suppressed, worst first. */
export function affectedPackages(findings: readonly Finding[]): readonly AffectedPackage[] {
  const counted = findings.filter(({ suppressed }) => suppressed === null);
  const groups = Map.groupBy(counted, (finding) => finding.package.purl);
  return [...groups.values()].flatMap(affectedPackage).sort(worstFirst);
}

/** How many findings there are of each severity. */
export function countSeverities(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unspecified: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function affectedPackage(findings: readonly Finding[]): readonly AffectedPackage[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { package: item, fromBase } = first;
  const locations = [...new Set(findings.flatMap((finding) => finding.locations))];
  const fixable = findings.filter(({ state }) => state === "fixed").length;
  return [{ package: item, fromBase, locations, findings, counts: countSeverities(findings), fixable }];
}

/** More of the worst severity first, then of the next; then by name. */
export function worstFirst(
  a: Pick<AffectedPackage, "counts" | "package">,
  b: Pick<AffectedPackage, "counts" | "package">,
): number {
  for (const severity of severities) {
    const difference = b.counts[severity] - a.counts[severity];
    if (difference !== 0) return difference;
  }
  return compareTexts(a.package.name, b.package.name) || compareTexts(a.package.purl, b.package.purl);
}

/** Packages that were not matched, by reason; the reason of most first. */
export function reasonsNotMatched(
  notMatched: readonly UnmatchedPackage[],
): readonly { readonly reason: string; readonly packages: readonly PackageIdentity[] }[] {
  return [...Map.groupBy(notMatched, ({ reason }) => reason)]
    .map(([reason, group]) => ({ reason, packages: group.map((item) => item.package) }))
    .sort((a, b) => b.packages.length - a.packages.length || compareTexts(a.reason, b.reason));
}
