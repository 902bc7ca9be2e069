import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import type { Sbom, SbomPackage } from "../../src/sbom/model.ts";
import { match } from "../../src/vuln/match.ts";
import type { Finding } from "../../src/vuln/model.ts";
import { applyPolicy, policyNames } from "../../src/vuln/policy.ts";
import { cvesFormats } from "../../src/vuln/report/format.ts";
import { stateText } from "../../src/vuln/report/words.ts";
import { matchRules } from "../../src/vuln/rules.ts";
import { root } from "../support/cli.ts";
import { deb, indexOf, npm, osvDebian, sbom } from "./examples.ts";

const guide = readFileSync(join(root, "docs", "guides", "vulnerabilities.md"), "utf8");

/** The rows below the heading `head` of a table of the guide, each cell without the marks of code. */
function table(head: string): readonly (readonly string[])[] {
  const [, rest = ""] = guide.split(`\n| ${head} |`);
  const [text = ""] = rest.split("\n\n");
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));
  return rows.map((row) => row.slice(2, -2).split(" | "));
}

/** What stands between backquotes. */
function named(text = ""): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** Of docker scout cves 1.24, without those about policies. */
const scoutOptions = [
  ...["--details", "--env", "--epss", "--epss-percentile", "--epss-score", "--exit-code", "-e", "--format"],
  ...["--ignore-base", "--ignore-suppressed", "--locations", "--multi-stage", "--only-base", "--only-cisa-kev"],
  ...["--only-cve-id", "--only-fixed", "--only-metric", "--only-package", "--only-package-type", "--only-severity"],
  ...["--only-stage", "--only-unfixed", "--only-vex-affected", "--only-vuln-packages", "--output", "--platform"],
  ...["--ref", "--vex-author", "--vex-location"],
];

const byName = (a: readonly unknown[], b: readonly unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);

describe("docs/guides/vulnerabilities.md", () => {
  it("has every rule of matching, in its own words", () => {
    const rows = table("rule | when").map(([name, when]) => [named(name)[0], when]);
    expect(rows).toEqual(Object.entries(matchRules));
  });

  it("has every policy with its rules, in their own words", () => {
    const effects = policyNames.map((name) => [name, applyPolicy([], name).effects] as const);
    const policies = table("policy | rules").map(([name, rules]) => [named(name)[0], named(rules).toSorted()]);
    expect(policies).toEqual(effects.map(([name, rules]) => [name, rules.map(({ rule }) => rule).toSorted()]));
    const rows = table("rule | what it does").map(([name, does]) => [named(name)[0], does]);
    const rules = new Map(effects.flatMap(([, some]) => some.map(({ rule, text }) => [rule, text] as const)));
    expect(rows.toSorted(byName)).toEqual([...rules].toSorted(byName));
  });

  it("has every format", () => {
    expect(table("format | is").map(([name]) => named(name)[0])).toEqual([...cvesFormats]);
  });

  it("has every state, as it is shown", () => {
    const rows = table("state | shown as | means");
    const states = ["fixed", "affected", "wont-fix", "deferred", "end-of-life"] as const;
    expect(rows.map(([state]) => named(state)[0])).toEqual(states);
    for (const [i, state] of states.entries()) {
      const one: Pick<Finding, "state" | "triage" | "fixedVersion"> = { state, triage: null, fixedVersion: "1.2-3" };
      expect(named(rows[i]?.[1])).toContain(stateText(one));
    }
    expect(named(rows[1]?.[1])).toContain(stateText({ state: "affected", triage: null, fixedVersion: null }));
  });

  it("names options that there are", () => {
    const forms = commands.flatMap(({ options }) => options.map(({ form }) => form));
    const flags = new Set(["--json", ...forms.flatMap((form) => form.split(/[ ,]+/))]);
    const asked = [...guide.matchAll(/--[a-z]+(?:-[a-z]+)*/g)].map(([flag]) => flag);
    expect(asked.length).toBeGreaterThan(60);
    expect(asked.filter((flag) => !flags.has(flag))).toEqual([]);
  });

  it("says of every option of docker scout cves what becomes of it, and all are taken or refused by name", () => {
    const said = new Set(table("docker scout | here").flatMap(([scout]) => named(scout)));
    expect(scoutOptions.filter((flag) => !said.has(flag))).toEqual([]);
    const forms = commands.find(({ name }) => name === "cves")?.options.map(({ form }) => form.split(/[ ,]+/)) ?? [];
    expect(scoutOptions.filter((flag) => !forms.flat().includes(flag))).toEqual([]);
  });

  const elsewhere: readonly (readonly [SbomPackage, Partial<Sbom>, "runtimes"?])[] = [
    [{ ...deb("bash", "1"), purl: "pkg:deb/ubuntu/bash@1" }, {}],
    [deb("docker-ce", "1", { supplier: "Docker <support@docker.com>" }), {}],
    [deb("postgresql-16", "16.2-1.pgdg120+2"), {}],
    [deb("bash", "1"), { distribution: null }],
    [apk("alpine"), { distribution: distribution("alpine", null) }],
    [apk("wolfi"), { distribution: distribution("wolfi", "20230201") }],
    [npm("left", ""), {}],
    [{ ...npm("example.org/app", "(devel)"), type: "golang" }, {}],
    [npm("left", "1"), {}],
    [{ ...npm("node", "24.1.0"), type: "generic" }, {}],
    [{ ...npm("python", "3.14.0"), type: "generic" }, {}, "runtimes"],
    [{ ...npm("bash", "5"), type: "rpm", purl: "pkg:rpm/fedora/bash@5" }, {}],
    [{ ...npm("yarn", "1.22.22"), type: "generic" }, {}],
  ];

  it("has every reason why a package is not matched", async () => {
    const debian = { "debian.json": [osvDebian("CVE-2026-0001", { bash: null })] };
    const node = { cve: ["CVE-2026-0002"], vulnerable: "20.x", patched: "^20.1.2" };
    const [index, withRuntimes] = [await indexOf(debian), await indexOf({ ...debian, "node.json": { 7: node } })];
    const reasons = elsewhere.map(([one, more, runtimes]) => {
      const of = runtimes === undefined ? index : withRuntimes;
      const { notMatched } = match(sbom([one], more), { index: of, policy: "all", today: "2026-11-23" });
      return notMatched[0]?.reason;
    });
    expect(table("reason | because").map(([reason]) => named(reason)[0])).toEqual(reasons);
  });
});

function apk(namespace: string): SbomPackage {
  return { ...npm("zlib", "1"), type: "apk", purl: `pkg:apk/${namespace}/zlib@1` };
}

function distribution(id: string, versionId: string | null): Sbom["distribution"] {
  return { id, versionId, codename: null, prettyName: null };
}
