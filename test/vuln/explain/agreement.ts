import type { Sbom, SbomPackage } from "../../../src/sbom/model.ts";
import { explain } from "../../../src/vuln/explain/explain.ts";
import type { ExplainedPackage } from "../../../src/vuln/explain/model.ts";
import { type MatchOptions, match } from "../../../src/vuln/match.ts";
import type { Finding } from "../../../src/vuln/model.ts";
import { policyNames } from "../../../src/vuln/policy.ts";

/** Which verdicts were given, and every way in which explanations say other than what was matched, under any policy. */
export interface Agreement {
  readonly verdicts: ReadonlyMap<string, number>;
  readonly disagreements: readonly string[];
}

/** Asks for explanations of every name of `vulnerabilities`; `isRecorded` says whether a record names one for a package. */
export function agreement(
  sbom: Sbom,
  options: Omit<MatchOptions, "policy">,
  about: {
    readonly vulnerabilities: readonly string[];
    readonly isRecorded: (one: SbomPackage, vulnerability: string) => boolean;
  },
): Agreement {
  const verdicts = new Map<string, number>();
  const disagreements: string[] = [];
  const all = match(sbom, { ...options, policy: "all" }).findings;
  for (const policy of policyNames) {
    const counted = match(sbom, { ...options, policy }).findings;
    for (const vulnerability of about.vulnerabilities) {
      const { packages } = explain(sbom, vulnerability, { ...options, policy });
      for (const one of sbom.packages) {
        const own = ({ package: { purl } }: Pick<Finding, "package">) => purl === one.purl;
        const said = packages.filter(own);
        const matched = { counted: counted.filter(own), all: all.filter(own) };
        const isRecorded = about.isRecorded(one, vulnerability);
        for (const problem of problemsOf(said, { vulnerability, ...matched, isRecorded })) {
          disagreements.push(`${policy} ${vulnerability} ${one.purl}: ${problem}`);
        }
        for (const { verdict } of said) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      }
    }
  }
  return { verdicts, disagreements };
}

interface Matched {
  readonly vulnerability: string;
  readonly counted: readonly Finding[];
  readonly all: readonly Finding[];
  readonly isRecorded: boolean;
}

function problemsOf(said: readonly ExplainedPackage[], matched: Matched): readonly string[] {
  const { vulnerability, counted, all, isRecorded } = matched;
  const named = all.filter(({ id, aliases }) => id === vulnerability || aliases.includes(vulnerability));
  const isSaid = ({ id }: Finding) => said.some(({ finding }) => finding?.id === id);
  return [
    ...named.filter((finding) => !isSaid(finding)).map(({ id }) => `${id} is matched and not explained`),
    ...(isRecorded && said.length === 0 ? ["nothing is said of what is recorded"] : []),
    ...(named.length > 0 && said.some(({ finding }) => finding === null) ? ["said to be affected and not to be"] : []),
    ...said.flatMap((one) => problemsOfOne(one, { counted, all })),
  ];
}

function problemsOfOne(
  { finding, verdict, steps }: ExplainedPackage,
  { counted, all }: Pick<Matched, "counted" | "all">,
): readonly string[] {
  if (!steps.some(({ step }) => step === "record" || step === "changelog")) return [`${verdict} without a record`];
  if (finding === null) {
    return ["not affected", "undetermined", "not matched"].includes(verdict) ? [] : [`${verdict} without a finding`];
  }
  const original = all.find(({ id }) => id === finding.id);
  const kept = counted.find(({ id }) => id === finding.id);
  const expected = kept === undefined ? "left out" : kept.suppressed === null ? "counts" : "suppressed";
  if (verdict !== expected) return [`${finding.id} is ${expected} by match, ${verdict} by explain`];
  return JSON.stringify(finding) === JSON.stringify(kept ?? original) ? [] : [`${finding.id} is another finding`];
}
