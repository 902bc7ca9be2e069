import type { Finding, PolicyEffect, Severity } from "./model.ts";

/** Names of policies: `all` counts every record that affects a package, the others what the scanners of that name count. */
export const policyNames = ["all", "scout", "grype", "trivy"] as const;
/** One of `policyNames`. */
export type PolicyName = (typeof policyNames)[number];

/** One way in which a scanner counts otherwise. A severity of null leaves the finding out. */
interface PolicyRule {
  readonly rule: string;
  readonly text: string;
  readonly severity: Severity | null;
  readonly concerns: (finding: Finding) => boolean;
}

const rules = {
  noDsa: {
    rule: "no-dsa-hidden",
    text: "issues that Debian's security team calls too minor for an advisory (no-dsa) are left out",
    severity: null,
    concerns: ({ state, triage }) => state !== "fixed" && triage === "no-dsa",
  },
  ignored: {
    rule: "ignored-hidden",
    text: "issues that Debian ignores, postpones or no longer supports are left out",
    severity: null,
    concerns: ({ state }) => state === "wont-fix" || state === "deferred" || state === "end-of-life",
  },
  unimportant: {
    rule: "unimportant-is-low",
    text: "issues that Debian calls unimportant count as low, not as negligible",
    severity: "low",
    concerns: ({ package: { type }, severity }) => type === "deb" && severity === "negligible",
  },
  kernelHeaders: {
    rule: "kernel-headers-ignored",
    text: "issues of the kernel in packages of its headers (linux-libc-dev), which run nothing of it, are left out",
    severity: null,
    concerns: ({ package: { type, name, source } }) =>
      type === "deb" && source?.name === "linux" && /^linux-(?:libc-dev|headers|kbuild)/.test(name),
  },
  endOfLife: {
    rule: "end-of-life-unspecified",
    text: "issues of packages whose support has ended have no severity",
    severity: "unspecified",
    concerns: ({ package: { type }, triage }) => type === "deb" && triage === "end-of-life",
  },
  runtimes: {
    rule: "runtimes-not-scanned",
    text: "runtimes that no package owns, such as a Node.js in /usr/local, are left out",
    severity: null,
    concerns: ({ package: { type } }) => type === "generic",
  },
  changelogs: {
    rule: "changelogs-not-read",
    text: "fixes that only the changelog of a newer package in the archive names are left out",
    severity: null,
    concerns: ({ records }) => records.every(({ source }) => source === "debian-archive"),
  },
} as const satisfies Readonly<Record<string, PolicyRule>>;

/** What each policy sees otherwise, in the order in which it is asked; the first that concerns a finding decides. */
const policies: Readonly<Record<PolicyName, readonly PolicyRule[]>> = {
  all: [],
  scout: [rules.changelogs, rules.noDsa, rules.ignored, rules.unimportant],
  grype: [rules.changelogs, rules.kernelHeaders, rules.endOfLife],
  trivy: [rules.changelogs, rules.runtimes, rules.unimportant],
};

/** What a policy makes of a finding: how it counts (null: not at all), and the rule where it is seen otherwise. */
export interface PolicyVerdict {
  readonly finding: Finding | null;
  readonly rule: string | null;
  readonly text: string | null;
}

/** How one finding counts by the policy `name`. */
export function policyVerdict(finding: Finding, name: PolicyName): PolicyVerdict {
  const rule = policies[name].find(({ concerns }) => concerns(finding));
  if (rule === undefined) return { finding, rule: null, text: null };
  const { severity } = rule;
  return { finding: severity === null ? null : { ...finding, severity }, rule: rule.rule, text: rule.text };
}

/** What counts by the policy `name`, and what it leaves out or sees otherwise, rule by rule. */
export function applyPolicy(
  findings: readonly Finding[],
  name: PolicyName,
): { readonly findings: readonly Finding[]; readonly effects: readonly PolicyEffect[] } {
  if (policies[name].length === 0) return { findings, effects: [] };
  const concerned = new Map<string, number>();
  const counted = findings.flatMap((finding) => {
    const { finding: kept, rule } = policyVerdict(finding, name);
    if (rule !== null) concerned.set(rule, (concerned.get(rule) ?? 0) + 1);
    return kept ?? [];
  });
  const effects = policies[name].map(({ rule, text }) => ({ rule, text, findings: concerned.get(rule) ?? 0 }));
  if (name !== "scout") return { findings: counted, effects };
  const once = oncePerSource(counted);
  return { findings: once, effects: [...effects, { ...onceRule, findings: counted.length - once.length }] };
}

/** How `scout` counts an issue of several packages that are built from one source package. */
export const onceRule = {
  rule: "once-per-source",
  text: "an issue counts once for each source package, not for each package built from it",
};

/** Whether two findings are of one vulnerability in packages that are built from one source package. */
export function isSameOfSource(a: Finding, b: Finding): boolean {
  return keyOfSource(a) === keyOfSource(b);
}

/** The first finding of each vulnerability in each source package: of those that count, where some are suppressed. */
function oncePerSource(findings: readonly Finding[]): readonly Finding[] {
  const chosen = new Map<string, Finding>();
  for (const finding of findings) {
    const key = keyOfSource(finding);
    const known = chosen.get(key);
    if (known === undefined || (known.suppressed !== null && finding.suppressed === null)) chosen.set(key, finding);
  }
  return [...chosen.values()];
}

function keyOfSource({ id, package: { type, name, version, source } }: Finding): string {
  return `${id} ${type} ${source?.name ?? name} ${source?.version ?? version}`;
}
