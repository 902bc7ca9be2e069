import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/vuln/model.ts";
import { applyPolicy, policyNames, policyVerdict } from "../../src/vuln/policy.ts";
import { deb, npm } from "./examples.ts";
import { finding } from "./findings.ts";

const headers = deb("linux-libc-dev", "6.1-1", { source: { name: "linux", version: "6.1-1" } });
const archive = [{ source: "debian-archive", id: "bash 2", asOf: "2026-01-01" }];

/** One finding of every kind that some policy sees otherwise, and one that none does. */
const kinds = {
  plain: finding("CVE-2026-0001", deb("bash", "1"), { severity: "high" }),
  noDsa: finding("CVE-2026-0002", deb("bash", "1"), { state: "affected", triage: "no-dsa" }),
  ignored: finding("CVE-2026-0003", deb("bash", "1"), { state: "wont-fix", triage: "ignored" }),
  postponed: finding("CVE-2026-0004", deb("bash", "1"), { state: "deferred", triage: "postponed" }),
  unimportant: finding("CVE-2026-0005", deb("bash", "1"), { state: "affected", severity: "negligible" }),
  kernel: finding("CVE-2026-0006", headers, { state: "affected" }),
  ended: finding("CVE-2026-0007", deb("bash", "1"), { state: "end-of-life", triage: "end-of-life", severity: "low" }),
  runtime: finding("CVE-2026-0008", { ...npm("node", "24.0.0"), type: "generic" }),
  changelog: finding("CVE-2026-0009", deb("bash", "1"), { records: archive }),
  fixedNoDsa: finding("CVE-2026-0010", deb("bash", "1"), { state: "fixed", triage: null }),
} satisfies Record<string, Finding>;

type Kind = keyof typeof kinds;

describe("what a policy leaves out", () => {
  it.each<readonly [(typeof policyNames)[number], readonly Kind[]]>([
    ["all", []],
    ["scout", ["noDsa", "ignored", "postponed", "ended", "changelog"]],
    ["grype", ["kernel", "changelog"]],
    ["trivy", ["runtime", "changelog"]],
  ])("%s", (policy, left) => {
    const kept = applyPolicy(Object.values(kinds), policy).findings.map((one) => one.id);
    const expected = Object.entries(kinds).filter(([kind]) => !left.some((one) => one === kind));
    expect(kept).toEqual(expected.map(([, one]) => one.id));
  });

  it.each([
    ["scout", "unimportant", "low"],
    ["trivy", "unimportant", "low"],
    ["grype", "unimportant", "negligible"],
    ["all", "unimportant", "negligible"],
    ["grype", "ended", "unspecified"],
    ["trivy", "ended", "low"],
  ] as const)("%s gives %s the severity %s", (policy, kind, severity) => {
    expect(policyVerdict(kinds[kind], policy).finding?.severity).toBe(severity);
  });
});

describe("the counts of policies", () => {
  it.each(policyNames)("of %s differ from those of all only by what its rules say", (policy) => {
    const all = Object.values(kinds);
    const { findings, effects } = applyPolicy(all, policy);
    const left = all.filter((one) => policyVerdict(one, policy).finding === null).length;
    const once = effects.find(({ rule }) => rule === "once-per-source")?.findings ?? 0;
    expect(findings.length).toBe(all.length - left - once);
    const changed = all.filter((one) => policyVerdict(one, policy).rule !== null).length;
    const told = effects.filter(({ rule }) => rule !== "once-per-source").reduce((sum, { findings: n }) => sum + n, 0);
    expect(told).toBe(changed);
  });

  it("of scout have an issue once for all packages of a source", () => {
    const source = { name: "glibc", version: "2.36-9" };
    const packages = ["libc6", "libc-bin", "locales"].map((name) => deb(name, "2.36-9", { source }));
    const findings = packages.map((one) => finding("CVE-2026-0001", one));
    const { findings: counted, effects } = applyPolicy(findings, "scout");
    expect(counted.map((one) => one.package.name)).toEqual(["libc6"]);
    expect(effects.find(({ rule }) => rule === "once-per-source")?.findings).toBe(2);
    expect(applyPolicy(findings, "grype").findings).toHaveLength(3);
  });

  it("of scout have an issue that VEX suppresses in one package of a source and not in another", () => {
    const source = { name: "glibc", version: "2.36-9" };
    const [libc6, bin] = [deb("libc6", "2.36-9", { source }), deb("libc-bin", "2.36-9", { source })];
    const suppressed = { by: "us", status: "fixed", justification: null, statement: null };
    for (const [first, second] of [
      [finding("CVE-2026-0001", libc6, { suppressed }), finding("CVE-2026-0001", bin)],
      [finding("CVE-2026-0001", libc6), finding("CVE-2026-0001", bin, { suppressed })],
    ] as const) {
      const { findings } = applyPolicy([first, second], "scout");
      expect(findings.map((one) => one.suppressed)).toEqual([null]);
    }
    const both = applyPolicy(
      [libc6, bin].map((one) => finding("CVE-2026-0001", one, { suppressed })),
      "scout",
    );
    expect(both.findings.map((one) => one.suppressed)).toEqual([suppressed]);
  });
});
