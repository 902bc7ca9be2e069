import type { Facts } from "../facts/model.ts";
import type { AdvisorySource } from "../vuln/model.ts";
import type { ComparedImage, Comparison, Provenance } from "./comparison.ts";
import { CompareError } from "./error.ts";
import { type CompareFilter, compareFlags, filterSide, noFilter } from "./filter.ts";
import { packageChanges } from "./package-changes.ts";
import { environmentChanges, labelChanges } from "./setting-changes.ts";
import type { Side, Sides } from "./side.ts";
import { vulnerabilityChanges } from "./vulnerability-changes.ts";

/** Compares what passes `filter` of two images of one platform. Throws COMPARE_PLATFORM_MISMATCH. */
export function compareImages(sides: Sides, filter: CompareFilter = noFilter): Comparison {
  requireOnePlatform(sides);
  const [analysed, baseline] = [filterSide(sides.analysed, filter), filterSide(sides.baseline, filter)];
  const vulnerabilities = vulnerabilityChanges({
    before: baseline.vulnerabilities.findings,
    after: analysed.vulnerabilities.findings,
    packages: analysed.sbom.packages,
  });
  return {
    schema: "hardpan/compare/1",
    baseline: describe(baseline),
    analysed: describe(analysed),
    changes: {
      packages: packageChanges(baseline.sbom.packages, analysed.sbom.packages),
      vulnerabilities: filter.ignoreUnchanged ? { ...vulnerabilities, unchanged: [] } : vulnerabilities,
      environment: environmentChanges(baseline.facts.environment, analysed.facts.environment),
      labels: labelChanges(baseline.facts.labels, analysed.facts.labels),
    },
    filters: compareFlags(filter),
    policy: analysed.vulnerabilities.counts.policy,
    advisories: mergeAdvisories([...baseline.vulnerabilities.advisories, ...analysed.vulnerabilities.advisories]),
  };
}

function requireOnePlatform({ analysed, baseline }: Sides): void {
  const [left, right] = [baseline.sbom.image, analysed.sbom.image];
  if (left.platform === right.platform) return;
  const message = `${left.reference} is for ${left.platform}, ${right.reference} for ${right.platform}`;
  throw new CompareError("COMPARE_PLATFORM_MISMATCH", message, { hint: "choose one with --platform" });
}

/**
 * The sides as a reader wants to see them, conventional image first: the other way round when only the baseline is
 * hardened. `turned` says so.
 */
export function readingOrder(sides: Sides): { readonly sides: Sides; readonly turned: boolean } {
  const turned = isHardened(sides.baseline.facts) && !isHardened(sides.analysed.facts);
  return { sides: turned ? { analysed: sides.baseline, baseline: sides.analysed } : sides, turned };
}

/** Whether an image's labels say that it is, or is built on, a hardened one. */
export function isHardened(facts: Facts): boolean {
  return ["io.hardpan.name", "com.docker.dhi.name"].some((label) => Object.hasOwn(facts.labels, label));
}

function describe({ sbom, facts, vulnerabilities, notes, tag }: Side): ComparedImage {
  const { user, shells, packageManagers, environment, labels, entrypoint, cmd, ports } = facts;
  const byType: Record<string, number> = {};
  for (const { type } of sbom.packages) byType[type] = (byType[type] ?? 0) + 1;
  return {
    ...sbom.image,
    tag,
    provenance: provenanceOf(labels),
    base: sbom.base,
    notes,
    size: facts.size,
    packages: { total: sbom.packages.length, byType },
    vulnerabilities: vulnerabilities.counts,
    ...{ user, shells, packageManagers, environment, labels, entrypoint, cmd, ports },
  };
}

function provenanceOf(labels: Facts["labels"]): Provenance | null {
  const repository = labels["org.opencontainers.image.source"] ?? null;
  const revision = labels["org.opencontainers.image.revision"] ?? null;
  return repository === null && revision === null ? null : { repository, revision };
}

function mergeAdvisories(sources: readonly AdvisorySource[]): readonly AdvisorySource[] {
  const bySource = new Map(sources.map((source) => [`${source.source}\n${source.asOf}`, source]));
  return [...bySource.values()].toSorted((left, right) => (left.source < right.source ? -1 : 1));
}
