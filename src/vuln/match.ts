import { identityOf, type Sbom, type SbomPackage } from "../sbom/model.ts";
import { compareTexts } from "../sbom/order.ts";
import { type ArchiveEvidence, archiveSource } from "./archive/evidence.ts";
import { type AdvisoryIndex, advisorySources } from "./index/read.ts";
import { addArchiveFixes } from "./match/archive.ts";
import { countFindings } from "./match/count.ts";
import { debianMatcher, sourceOf } from "./match/debian.ts";
import type { Decision } from "./match/decision.ts";
import { matchNpm } from "./match/npm.ts";
import { thirdParty } from "./match/third-party.ts";
import { type Finding, type MatchResult, severities, type UnmatchedPackage } from "./model.ts";
import { releaseOfImage } from "./release.ts";

/** What to match against. Without any of the two nothing is known, and `unfixed` is null. */
export interface MatchOptions {
  readonly index?: AdvisoryIndex;
  readonly archive?: ArchiveEvidence;
  /** `all`: every record that affects a package counts. */
  readonly policy: "all";
}

/**
 * Finds the vulnerabilities of an image's packages: Debian packages by source package, version and release, npm packages
 * by version range. One finding for each package and vulnerability, worst first; each names its records and rule. Debian
 * packages of third parties, and those of an image whose release is not known, are not matched and listed as such.
 * Throws VULN_INDEX_INVALID for an index that turns out to be damaged.
 */
export function match(sbom: Sbom, options: MatchOptions): MatchResult {
  const release = releaseOfImage(sbom.distribution);
  const notMatched: UnmatchedPackage[] = [];
  const findings = new Map<string, Finding>();
  const decide = decider(release, options);
  for (const one of sbom.packages) {
    const outcome = decide(one);
    if ("reason" in outcome) {
      notMatched.push({ package: identityOf(one), reason: outcome.reason });
      continue;
    }
    for (const decision of outcome.decisions) {
      findings.set(`${one.purl}\n${decision.id}`, findingOf(one, decision));
    }
  }
  const sorted = [...findings.values()].sort(worstFirst);
  const unfixedKnown = knowsUnfixed(sbom, release, options.index);
  return {
    findings: sorted,
    effects: [],
    counts: countFindings(sorted, { policy: options.policy, unfixedKnown }),
    advisories: [
      ...(options.index === undefined ? [] : advisorySources(options.index)),
      ...(options.archive === undefined ? [] : [archiveSource(options.archive)]),
    ],
    notMatched,
  };
}

function findingOf(one: SbomPackage, decision: Decision): Finding {
  const { locations, fromBase } = one;
  const unknown = { cvss: [], epss: null, kev: null, summary: null, suppressed: null, statements: [] };
  return { ...decision, ...unknown, package: identityOf(one), locations, fromBase };
}

type Outcome = { readonly decisions: readonly Decision[] } | { readonly reason: string };

/** Decides per package; packages of one source, and one npm package in many places, are decided once. */
function decider(release: string | null, options: MatchOptions): (one: SbomPackage) => Outcome {
  const { index, archive } = options;
  const ofSource =
    release === null ? null : debianMatcher(release, { ...(index && { index }), ...(archive && { archive }) });
  const known = new Map<string, readonly Decision[]>();
  const once = (key: string, compute: () => readonly Decision[]): Outcome => {
    const decisions = known.get(key) ?? compute();
    known.set(key, decisions);
    return { decisions };
  };
  return (one) => {
    if (one.type === "deb") {
      const reason = thirdParty(one);
      if (reason !== null) return { reason };
      if (ofSource === null) return { reason: "the image does not say which Debian release it is" };
      const source = sourceOf(one);
      return once(`deb ${source.name} ${source.version}`, () => {
        return addArchiveFixes(ofSource(source), { source, ...(archive && { archive }) });
      });
    }
    if (one.type !== "npm" || index === undefined) return { decisions: [] };
    return once(`npm ${one.name} ${one.version}`, () => matchNpm(one, index));
  };
}

/**
 * Whether the number of unfixed findings means anything: some source that knows unfixed issues covers the release of the
 * image's Debian packages, or, where there are none, the image's other packages.
 */
function knowsUnfixed(sbom: Sbom, release: string | null, index: AdvisoryIndex | undefined): boolean {
  if (index === undefined) return false;
  const debian = sbom.packages.some((one) => one.type === "deb") || sbom.distribution?.id === "debian";
  if (!debian) return index.origins.some((origin) => origin.knowsUnfixed);
  if (release === null) return false;
  const covering = new Set(index.covers(release));
  return index.origins.some((origin) => origin.knowsUnfixed && covering.has(origin.id));
}

function worstFirst(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    compareTexts(a.id, b.id) ||
    compareTexts(a.package.name, b.package.name) ||
    compareTexts(a.package.purl, b.package.purl)
  );
}
