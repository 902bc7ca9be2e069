import { describe, expect, it } from "vitest";
import type { Sbom, SbomPackage } from "../../src/sbom/model.ts";
import type { ArchiveEvidence } from "../../src/vuln/archive/evidence.ts";
import { match } from "../../src/vuln/match.ts";
import { applyPolicy, policyNames } from "../../src/vuln/policy.ts";
import { type MatchRule, matchRules } from "../../src/vuln/rules.ts";
import { deb, type Feeds, indexOf, lines, npm, osvDebian, osvNpm, sbom } from "./examples.ts";

const cve = "CVE-2026-0001";
const bash = deb("bash", "5.2-1");

/** What is matched. */
interface Example {
  readonly feeds: Feeds;
  readonly image: Sbom;
  readonly archive?: ArchiveEvidence;
}

const debian = (feeds: Feeds, packages: readonly SbomPackage[] = [bash], archive?: ArchiveEvidence): Example => ({
  ...{ feeds, image: sbom(packages) },
  ...(archive && { archive }),
});

const tracker = (releases: Readonly<Record<string, unknown>>): Feeds => ({
  "tracker.json": {
    bash: { [cve]: { releases } },
    dash: { "CVE-2020-0001": { releases: { bookworm: { status: "resolved", fixed_version: "0" } } } },
  },
});

const announced = (text: string): Feeds => ({
  list: `[02 Feb 2026] DLA-9-1 bash - security update\n\t{${cve}}\n\t[bookworm] - bash ${text}\n`,
});

const archive: ArchiveEvidence = {
  ...{ release: "12", asOf: "2026-05-30T08:00:00Z", newest: new Map([["bash", "5.2-2"]]), mended: [], unread: [] },
  fixes: [{ source: "bash", installed: "5.2-1", vulnerability: cve, version: "5.2-2" }],
};

const alpine = { id: "alpine", versionId: "3.20.1", codename: null, prettyName: null };
const zlib = { ...npm("zlib", "1.3-r0"), type: "apk", purl: "pkg:apk/alpine/zlib@1.3-r0" };
const node = { ...npm("node", "24.1.1"), type: "generic", purl: "pkg:generic/node@24.1.1" };
const nodeCore = {
  cve: [cve],
  vulnerable: "24.x",
  patched: "^24.1.2",
  severity: "high",
  affectedEnvironments: ["all"],
};

/** For each rule an image that it decides about. A rule without one is a type error. */
const examples: Readonly<Record<MatchRule, Example>> = {
  "debian-fixed": debian({ "o.ndjson": lines(osvDebian(cve, { bash: "5.2-2" })) }),
  "debian-open": debian({ "o.ndjson": lines(osvDebian(cve, { bash: null })) }),
  "debian-advisory": debian(announced("5.2-2")),
  "debian-advisory-open": debian(announced("<end-of-life>")),
  "debian-fix-not-released": debian(
    tracker({ bookworm: { status: "resolved", fixed_version: "5.2-9", repositories: { bookworm: "5.2-1" } } }),
  ),
  "debian-inherited-from-sid": debian(tracker({ sid: { status: "resolved", fixed_version: "5.3-1" } })),
  "archive-changelog": debian({ "o.ndjson": lines(osvDebian("CVE-2020-1", { dash: "1" })) }, [bash], archive),
  "alpine-origin": {
    feeds: { "a.ndjson": lines(osvDebian(cve, { zlib: "1.3-r1" }, { ecosystem: "Alpine:v3.20" })) },
    image: sbom([zlib], { distribution: alpine }),
  },
  "ecosystem-range": debian({ "n.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])] }, [npm("left", "1.0.0")]),
  "runtime-range": debian({ "node.json": { 7: nodeCore } }, [node]),
};

describe("every rule of matching", () => {
  it.each(Object.entries(examples))("%s decides about something, and is explained", async (rule, example) => {
    const { feeds, image, ...more } = example;
    const { findings } = match(image, { index: await indexOf(feeds), ...more, policy: "all", today: "2026-11-23" });
    expect(findings.map((one) => one.rule)).toEqual([rule]);
    expect(Object.entries(matchRules).find(([name]) => name === rule)?.[1]).toMatch(/^[A-Z].*\.$/);
  });

  it("has an example", () => {
    expect(Object.keys(examples).toSorted()).toEqual(Object.keys(matchRules).toSorted());
  });
});

const source = { name: "glibc", version: "2.36-9" };
const open = (more: object) => ({ releases: { bookworm: { status: "open", urgency: "medium", ...more } } });

/** An image with something that every policy's rules are about. */
const everything: Example = {
  feeds: {
    "tracker.json": {
      glibc: { "CVE-2026-0001": open({}) },
      linux: { "CVE-2026-0002": open({}) },
      bash: {
        "CVE-2026-0003": open({ nodsa: "Minor", nodsa_reason: "" }),
        "CVE-2026-0004": open({ nodsa: "x", nodsa_reason: "ignored" }),
        "CVE-2026-0005": open({ urgency: "unimportant" }),
        "CVE-2026-0006": open({ urgency: "end-of-life" }),
      },
    },
    "node.json": { 7: { ...nodeCore, cve: ["CVE-2026-0007"] } },
  },
  image: sbom([
    ...["libc6", "libc-bin"].map((name) => deb(name, "2.36-9", { source })),
    deb("linux-libc-dev", "6.1-1", { source: { name: "linux", version: "6.1-1" } }),
    ...[bash, node],
  ]),
  archive: {
    ...archive,
    fixes: [{ source: "bash", installed: "5.2-1", vulnerability: "CVE-2026-0008", version: "5.2-2" }],
  },
};

describe("every rule of a policy", () => {
  const rulesOf = (policy: (typeof policyNames)[number]) => applyPolicy([], policy).effects.map(({ rule }) => rule);

  it.each(policyNames.flatMap((policy) => rulesOf(policy).map((rule) => [policy, rule] as const)))(
    "of %s concerns something: %s, and says what it does",
    async (policy, rule) => {
      const { feeds, image, ...more } = everything;
      const { effects } = match(image, { index: await indexOf(feeds), ...more, policy, today: "2026-11-23" });
      const effect = effects.find((one) => one.rule === rule);
      expect(effect?.findings).toBeGreaterThan(0);
      expect(effect?.text).toMatch(/\w+ .*\w$/);
    },
  );

  it("is of a policy other than all, which has none", () => {
    expect(policyNames.filter((policy) => rulesOf(policy).length === 0)).toEqual(["all"]);
    expect(new Set(policyNames.flatMap(rulesOf)).size).toBeGreaterThanOrEqual(8);
  });
});
