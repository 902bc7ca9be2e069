import type { Finding } from "../model.ts";
import { countsOncePerSource, type PolicyName, policyVerdict } from "../policy.ts";
import { type MatchRule, matchRules } from "../rules.ts";
import type { Step, Verdict } from "./model.ts";

/** What became of a finding once it was decided that the package is affected. */
export function outcomeOf(
  finding: Finding,
  policy: PolicyName,
): { readonly verdict: Verdict; readonly steps: readonly Step[]; readonly finding: Finding } {
  const { finding: counted, rule, text } = policyVerdict(finding, policy);
  const verdict = counted === null ? "left out" : finding.suppressed === null ? "counts" : "suppressed";
  const policyText =
    rule === null ? `policy ${policy} has no rule about it` : `policy ${policy}, rule ${rule}: ${text}`;
  const once = countsOncePerSource(policy) && finding.package.source !== null;
  const onceText = once ? `; it counts once for all packages of the source ${finding.package.source?.name}` : "";
  const steps: Step[] = [
    { step: "state", text: `${finding.state}, by the rule ${finding.rule}: ${ruleText(finding.rule)}` },
    severityStep(finding),
    priorityStep(finding),
    ...vexSteps(finding),
    { step: "policy", text: `${policyText}${onceText}` },
    { step: "result", text: resultText(verdict, counted ?? finding) },
  ];
  return { verdict, steps, finding: counted ?? finding };
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
