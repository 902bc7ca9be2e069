import type { Finding, VulnerabilityCounts } from "../model.ts";

/** Counts findings. Suppressed ones are counted apart; `unfixed` is null unless `unfixedKnown`. */
export function countFindings(
  findings: readonly Finding[],
  options: { readonly policy: string; readonly unfixedKnown: boolean },
): VulnerabilityCounts {
  const counted = findings.filter((finding) => finding.suppressed === null);
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unspecified: 0 };
  for (const { severity } of counted) bySeverity[severity]++;
  const fixable = counted.filter((finding) => finding.state === "fixed").length;
  return {
    ...bySeverity,
    total: counted.length,
    fixable,
    unfixed: options.unfixedKnown ? counted.length - fixable : null,
    noDsa: options.unfixedKnown
      ? counted.filter(({ state, triage }) => state !== "fixed" && triage === "no-dsa").length
      : null,
    suppressed: findings.length - counted.length,
    policy: options.policy,
  };
}
