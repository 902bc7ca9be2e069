import type { Finding } from "../model.ts";
import { isSameOfSource, onceRule, type PolicyName, policyVerdict } from "../policy.ts";
import { type MatchRule, matchRules } from "../rules.ts";
import type { Step, Verdict } from "./model.ts";

/**
 * What became of a finding once it was decided that the package is affected: `counted` are those that the policy lets count.
 */
export function outcomeOf(
  finding: Finding,
  { counted, policy }: { readonly counted: readonly Finding[]; readonly policy: PolicyName },
): { readonly verdict: Verdict; readonly steps: readonly Step[]; readonly finding: Finding } {
  const kept = counted.find(({ id, package: { purl } }) => id === finding.id && purl === finding.package.purl);
  const verdict = kept === undefined ? "left out" : kept.suppressed === null ? "counts" : "suppressed";
  const steps: Step[] = [
    { step: "state", text: `${finding.state}, by the rule ${finding.rule}: ${ruleText(finding.rule)}` },
    severityStep(finding),
    priorityStep(finding),
    ...vexSteps(finding),
    { step: "policy", text: policyText(finding, { kept, counted, policy }) },
    { step: "result", text: resultText(verdict, kept ?? finding) },
  ];
  return { verdict, steps, finding: kept ?? finding };
}

function policyText(
  finding: Finding,
  about: {
    readonly kept: Finding | undefined;
    readonly counted: readonly Finding[];
    readonly policy: PolicyName;
  },
): string {
  const { kept, counted, policy } = about;
  const verdict = policyVerdict(finding, policy);
  if (kept === undefined && verdict.finding !== null) {
    const instead = counted.find((one) => isSameOfSource(one, finding));
    return `policy ${policy}, rule ${onceRule.rule}: ${onceRule.text}; here for ${instead?.package.name}`;
  }
  if (verdict.rule === null) return `policy ${policy} has no rule about it`;
  return `policy ${policy}, rule ${verdict.rule}: ${verdict.text}`;
}

function ruleText(rule: string): string {
  return Object.hasOwn(matchRules, rule) ? matchRules[rule as MatchRule] : rule;
}

function severityStep({ severity, severitySource, cvss }: Finding): Step {
  const ratings = cvss.map(
    ({ source, version, score, vector }) => `CVSS ${version} ${score ?? "not scored"} by ${source} (${vector})`,
  );
  const said = severitySource === null ? "no source rates it" : `${severity} by ${severitySource}`;
  return { step: "severity", text: [said, ...ratings].join("; ") };
}

function priorityStep({ epss, kev }: Finding): Step {
  const probability =
    epss === null
      ? "EPSS does not know it"
      : `EPSS ${(epss.score * 100).toFixed(2)} %, above ${(epss.percentile * 100).toFixed(1)} % of all (${epss.asOf})`;
  const exploited =
    kev === null ? "not in CISA's catalogue of exploited ones" : `known to be exploited since ${kev.added} (CISA KEV)`;
  return { step: "priority", text: `${probability}; ${exploited}` };
}

function vexSteps({ statements, suppressed }: Finding): readonly Step[] {
  const said = statements.map(({ by, status, justification, statement, timestamp, source, trust }): Step => {
    const why = [justification, statement].filter((text) => text !== null).join(": ");
    const reason = why === "" ? "" : ` (${why})`;
    return {
      step: "vex",
      text: `${by} says ${status}${reason} on ${timestamp ?? "an unknown day"}, in ${source}: ${trust}`,
    };
  });
  if (suppressed === null) return said;
  return [...said, { step: "vex", text: `it is suppressed: ${suppressed.by} says ${suppressed.status}` }];
}

function resultText(verdict: Verdict, finding: Finding): string {
  const about = `${finding.id} in ${finding.package.name}`;
  if (verdict === "left out") return `${about} is left out by the policy`;
  if (verdict === "suppressed") return `${about} does not count; it is listed among the suppressed ones`;
  const fix = finding.fixedVersion === null ? "" : `, fixed in ${finding.fixedVersion}`;
  return `${about} counts as ${finding.severity}, ${finding.state}${fix}`;
}
