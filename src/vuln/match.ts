import { identityOf, type PackageIdentity, type Sbom, type SbomPackage } from "../sbom/model.ts";
import { compareTexts } from "../sbom/order.ts";
import { type ArchiveEvidence, archiveSource } from "./archive/evidence.ts";
import { type AdvisoryIndex, advisorySources } from "./index/read.ts";
import { countFindings } from "./match/count.ts";
import { createDecider } from "./match/decider.ts";
import type { Decision } from "./match/decision.ts";
import { type Finding, type MatchResult, severities, type UnmatchedPackage } from "./model.ts";
import { applyPolicy, type PolicyName } from "./policy.ts";
import { releaseOfImage } from "./release.ts";

/** What to match against. Without any of the two nothing is known, and `unfixed` is null. */
export interface MatchOptions {
  readonly index?: AdvisoryIndex;
  readonly archive?: ArchiveEvidence;
  readonly policy: PolicyName;
  /** ISO date, by which support has ended or not. */
  readonly today: string;
  /** Says of findings what VEX documents say of them. */
  readonly applyStatements?: (findings: readonly Finding[]) => readonly Finding[];
}

/**
 * Finds the vulnerabilities of an image's packages: Debian packages by source package, version and release, Alpine's by
 * origin and release, others by version range. One finding for each package and vulnerability, worst first; each names its
 * records and rule. Packages that the records do not speak of are listed as such. Throws VULN_INDEX_INVALID for an index
 * that turns out to be damaged.
 */
export function match(sbom: Sbom, options: MatchOptions): MatchResult {
  const { index, archive, policy, applyStatements } = options;
  const { found, notMatched } = findAll(sbom, options);
  const stated = applyStatements === undefined ? found : applyStatements(found);
  const { findings, effects } = applyPolicy(stated, policy);
  const sorted = severities.flatMap((severity) => findings.filter((one) => one.severity === severity).sort(byName));
  const unfixedKnown = knowsUnfixed(sbom, index);
  return {
    findings: sorted,
    effects,
    counts: countFindings(sorted, { policy, unfixedKnown }),
    advisories: [
      ...(index === undefined ? [] : advisorySources(index)),
      ...(archive === undefined ? [] : [archiveSource(archive)]),
    ],
    notMatched,
  };
}

function findAll(
  sbom: Sbom,
  options: MatchOptions,
): { readonly found: readonly Finding[]; readonly notMatched: readonly UnmatchedPackage[] } {
  const notMatched: UnmatchedPackage[] = [];
  const found = new Map<string, readonly Finding[]>();
  const decide = createDecider(sbom, options);
  for (const one of sbom.packages) {
    const outcome = decide(one);
    const identity = identityOf(one);
    if ("reason" in outcome) notMatched.push({ package: identity, reason: outcome.reason });
    else {
      const findings = outcome.decisions.map((decision) => findingOf(one, { decision, identity }));
      found.set(one.purl, withEarlier(findings, found.get(one.purl)));
    }
  }
  return { found: [...found.values()].flat(), notMatched };
}

/** A package may be there in several places: each vulnerability of it is found once. */
function withEarlier(findings: readonly Finding[], earlier: readonly Finding[] | undefined): readonly Finding[] {
  if (earlier === undefined) return findings;
  const ids = new Set(findings.map(({ id }) => id));
  return [...findings, ...earlier.filter(({ id }) => !ids.has(id))];
}

function findingOf(
  { locations, fromBase }: SbomPackage,
  { decision, identity }: { readonly decision: Decision; readonly identity: PackageIdentity },
): Finding {
  return { ...decision, package: identity, suppressed: null, statements: [], locations, fromBase };
}

/**
 * Whether the number of unfixed findings means anything: some source that knows unfixed issues covers the release of the
 * image's Debian packages, or, where there are none, the image's other packages.
 */
function knowsUnfixed(sbom: Sbom, index: AdvisoryIndex | undefined): boolean {
  if (index === undefined) return false;
  // Alpine publishes fixes alone, and nothing is read of distributions with rpm.
  if (sbom.packages.some(({ type }) => type === "apk" || type === "rpm")) return false;
  const knowing = index.origins.filter((origin) => origin.knowsUnfixed);
  const debian = sbom.packages.some((one) => one.type === "deb") || sbom.distribution?.id === "debian";
  if (!debian) {
    const types = new Set(sbom.packages.map(({ type }) => type));
    return knowing.length > 0 && (types.size === 0 || [...types].some((type) => index.hasEcosystem(type)));
  }
  const release = releaseOfImage(sbom.distribution);
  if (release === null) return false;
  const covering = new Set(index.covers(release));
  return knowing.some((origin) => covering.has(origin.id));
}

/** The order of findings of one severity. */
function byName(a: Finding, b: Finding): number {
  return (
    compareTexts(a.id, b.id) ||
    compareTexts(a.package.name, b.package.name) ||
    compareTexts(a.package.purl, b.package.purl)
  );
}
