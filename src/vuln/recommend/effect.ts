import { countFindings } from "../match/count.ts";
import type { Finding, MatchResult, VulnerabilityCounts } from "../model.ts";

/** What taking another image in place of the base, or mending some findings, would change. */
export interface Effect {
  readonly removes: number;
  readonly adds: number;
  readonly vulnerabilities: VulnerabilityCounts;
}

/**
 * The findings of an image if `replacement` stood in place of its base: what is not of the base stays. Where the image is
 * its own base (`whole`), nothing stays.
 */
export function withBase(
  current: MatchResult,
  { replacement, whole }: { readonly replacement: MatchResult; readonly whole: boolean },
): readonly Finding[] {
  const kept = whole ? [] : current.findings.filter(({ fromBase }) => fromBase !== true);
  const there = new Set(kept.map((one) => `${one.package.purl}\n${one.id}`));
  return [...kept, ...replacement.findings.filter((one) => !there.has(`${one.package.purl}\n${one.id}`))];
}

/** What lies between the findings of `current` and `after`, suppressed ones left out. */
export function effectOf(current: MatchResult, after: readonly Finding[]): Effect {
  const before = keysOf(current.findings);
  const later = keysOf(after);
  const { policy, unfixed } = current.counts;
  return {
    removes: [...before].filter((key) => !later.has(key)).length,
    adds: [...later].filter((key) => !before.has(key)).length,
    vulnerabilities: countFindings(after, { policy, unfixedKnown: unfixed !== null }),
  };
}

/** A vulnerability counts once for the packages of one source. */
function keysOf(findings: readonly Finding[]): ReadonlySet<string> {
  const counted = findings.filter(({ suppressed }) => suppressed === null);
  return new Set(counted.map(({ id, package: { type, name, source } }) => `${id} ${type} ${source?.name ?? name}`));
}
