import type { Finding } from "../model.ts";
import { isSameOfSource, onceRule, type PolicyName, policyVerdict } from "../policy.ts";
import { kevText, longEpssText, ratingText, ruleText, statementText, suppressionText } from "../report/words.ts";
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
    { step: "state", text: `${finding.state}, by the rule ${ruleText(finding.rule)}` },
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

function severityStep({ severity, severitySource, cvss }: Finding): Step {
  const said = severitySource === null ? "no source rates it" : `${severity} by ${severitySource}`;
  return { step: "severity", text: [said, ...cvss.map(ratingText)].join("; ") };
}

function priorityStep({ epss, kev }: Finding): Step {
  const probability = epss === null ? "EPSS does not know it" : `${longEpssText(epss)} (${epss.asOf})`;
  return { step: "priority", text: `${probability}; ${kev === null ? "not known to be exploited" : kevText(kev)}` };
}

function vexSteps({ statements, suppressed }: Finding): readonly Step[] {
  const said = statements.map((one): Step => {
    const trusted = one.trust === "trusted" ? "trusted: " : "";
    return { step: "vex", text: `${trusted}${statementText(one)}, in ${one.source}` };
  });
  if (suppressed === null) return said;
  return [...said, { step: "vex", text: `it is suppressed: ${suppressionText(suppressed)}` }];
}

function resultText(verdict: Verdict, finding: Finding): string {
  const about = `${finding.id} in ${finding.package.name}`;
  if (verdict === "left out") return `${about} is left out by the policy`;
  if (verdict === "suppressed") return `${about} does not count; it is listed among the suppressed ones`;
  const fix = finding.fixedVersion === null ? "" : `, fixed in ${finding.fixedVersion}`;
  return `${about} counts as ${finding.severity}, ${finding.state}${fix}`;
}
