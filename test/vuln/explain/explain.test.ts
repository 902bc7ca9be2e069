import { describe, expect, it } from "vitest";
import type { ArchiveEvidence } from "../../../src/vuln/archive/evidence.ts";
import { explain } from "../../../src/vuln/explain/explain.ts";
import type { Explanation } from "../../../src/vuln/explain/model.ts";
import { renderExplanation } from "../../../src/vuln/explain/text.ts";
import { type MatchOptions, match } from "../../../src/vuln/match.ts";
import type { PolicyName } from "../../../src/vuln/policy.ts";
import { announcement, deb, type Feeds, indexOf, lines, npm, osvDebian, osvNpm, sbom } from "../examples.ts";

const cve = "CVE-2026-0001";
const tracker = (releases: Readonly<Record<string, unknown>>): Feeds => ({
  "tracker.json": {
    bash: { [cve]: { releases } },
    dash: { "CVE-2020-0001": { releases: { bookworm: { status: "resolved", fixed_version: "0" } } } },
  },
});
const archive: ArchiveEvidence = {
  ...{ release: "12", asOf: "2026-05-30T08:00:00Z", newest: new Map([["bash", "5.3-1"]]), mended: [], unread: [] },
  fixes: [{ source: "bash", installed: "5.2-1", vulnerability: cve, version: "5.3-1" }],
};

const mended = [{ source: "bash", installed: "5.2-1", vulnerability: cve, version: "5.1-1" }];

interface Asked extends Partial<Pick<MatchOptions, "archive" | "applyStatements">> {
  readonly policy?: PolicyName;
}

async function explained(feeds: Feeds, packages: readonly ReturnType<typeof deb>[], asked: Asked = {}) {
  const index = await indexOf(feeds);
  return explain(sbom(packages), cve, { index, policy: "all", today: "2026-06-01", ...asked });
}

function said(explanation: Explanation, i = 0): string {
  return (explanation.packages[i]?.steps ?? []).map(({ step, text }) => `${step}: ${text}`).join("\n");
}

const bash = deb("bash", "5.2-1");

describe("an explanation of a Debian package", () => {
  it.each<readonly [string, Feeds, ReturnType<typeof deb>, Asked, string, readonly RegExp[]]>([
    [
      "names the records, the comparison and the rule",
      { "a.ndjson": lines(osvDebian(cve, { bash: "5.2-2" }, { urgency: "low" })) },
      bash,
      {},
      "counts",
      [
        /source package bash 5\.2-1/,
        /release 12/,
        /osv-debian CVE-2026-0001 .*fixed in 5\.2-2, urgency low/,
        /5\.2-1 is older than 5\.2-2/,
        /debian-fixed/,
        /low by osv-debian/,
        /counts as low, fixed, fixed in 5\.2-2/,
      ],
    ],
    [
      "says why a fixed version is not affected",
      { "a.ndjson": lines(osvDebian(cve, { bash: "5.2-1" })) },
      bash,
      {},
      "not affected",
      [/5\.2-1 is the same as 5\.2-1 in dpkg's order: not affected/, /it is not affected/],
    ],
    [
      "says that a binary rebuild does not count",
      { "a.ndjson": lines(osvDebian(cve, { bash: null })) },
      deb("bash", "5.2-1+b7", { source: null }),
      {},
      "counts",
      [/source package bash 5\.2-1: it names no other, without the mark of a binary rebuild/],
    ],
    [
      "says that an announcement newer than the base decides",
      {
        "a.ndjson": lines(osvDebian(cve, { bash: null })),
        "d.json": [announcement("DSA-1-1", "2026-02-01", "bash 5.2-3", cve)],
      },
      bash,
      {},
      "counts",
      [/CVE-2026-0001 .*open.*\(a later announcement decides\)/, /DSA-1-1 .*fixed in 5\.2-3/, /rule debian-advisory:/],
    ],
    [
      "says that an announcement older than the base is in it",
      {
        "a.ndjson": lines(osvDebian(cve, { bash: "5.2-1" })),
        "d.json": [announcement("DSA-1-1", "2025-02-01", "bash 5.2-3", cve)],
      },
      bash,
      {},
      "not affected",
      [/DSA-1-1 .*\(the base is newer and has it in\)/],
    ],
    [
      "says that the release inherits from sid",
      tracker({ sid: { status: "resolved", fixed_version: "5.3-1" } }),
      bash,
      {},
      "counts",
      [/in sid/, /the release has no entry of its own/, /debian-inherited-from-sid/],
    ],
    [
      "says that a fix is not released yet",
      tracker({ bookworm: { status: "resolved", fixed_version: "5.2-9", repositories: { bookworm: "5.2-2" } } }),
      bash,
      {},
      "counts",
      [/newest version in the release is 5\.2-2 \(the base\): the fix is not released yet/, /debian-fix-not-released/],
    ],
    [
      "says what the distribution's team decided",
      tracker({ bookworm: { status: "open", nodsa: "Minor issue", nodsa_reason: "" } }),
      bash,
      {},
      "counts",
      [/Debian's team decided no-dsa \(the record\)/],
    ],
    [
      "says that nobody has determined it",
      tracker({ bookworm: { status: "undetermined" } }),
      bash,
      {},
      "undetermined",
      [/not determined yet/, /it does not count/],
    ],
    [
      "says what the archive's changelog names",
      { "a.ndjson": lines(osvDebian(cve, { bash: null })) },
      bash,
      { archive },
      "counts",
      [/the changelog of 5\.3-1 in the archive of 2026-05-30 names the fix/, /rule archive-changelog:/],
    ],
    [
      "says by which rule a policy leaves it out",
      tracker({ bookworm: { status: "open", nodsa: "x", nodsa_reason: "ignored" } }),
      bash,
      { policy: "scout" },
      "left out",
      [/policy scout, rule ignored-hidden/, /left out by the policy/],
    ],
    [
      "says why a third party's package is not matched",
      { "a.ndjson": lines(osvDebian(cve, { bash: null })) },
      deb("bash", "5.2-1", { supplier: "Docker <support@docker.com>" }),
      {},
      "not matched",
      [/osv-debian CVE-2026-0001 .*: open/, /it is not matched: it is built by Docker/],
    ],
    [
      "says that the changelog settles what older records call open",
      { "a.ndjson": lines(osvDebian(cve, { bash: null })) },
      bash,
      { archive: { ...archive, fixes: [], mended } },
      "not affected",
      [/names the fix in 5\.1-1, which the installed version has: newer than the records, it settles/],
    ],
    [
      "says that the changelog does not settle what records as young as the archive say",
      { "a.ndjson": lines(osvDebian(cve, { bash: null })) },
      bash,
      { archive: { ...archive, fixes: [], mended, asOf: "2026-01-10T00:00:00Z" } },
      "counts",
      [/names the fix in 5\.1-1, which the installed version has: but the records are as young/],
    ],
    [
      "says that nothing is inherited from sid without a fix there",
      tracker({ sid: { status: "open" } }),
      bash,
      {},
      "not affected",
      [/open.* in sid/, /the release has no entry, and sid names no fix that it could lack/],
    ],
    [
      "says that the base has no entry for what an older one names",
      {
        "a.ndjson": lines(osvDebian(cve, { bash: null }, { modified: "2025-01-10T00:00:00Z" })),
        ...tracker({}),
      },
      bash,
      {},
      "not affected",
      [/debian-security-tracker, which speaks of every vulnerability of the release, has no entry for it/],
    ],
  ])("%s", async (_, feeds, one, asked, verdict, patterns) => {
    const explanation = await explained(feeds, [one], asked);
    expect(explanation.packages.map((each) => each.verdict)).toEqual([verdict]);
    for (const pattern of patterns) expect(said(explanation)).toMatch(pattern);
  });
});

describe("an explanation", () => {
  it("of an npm package names the range, the order and the alias it was asked by", async () => {
    const record = osvNpm("GHSA-1", "left", [{ introduced: "1.0.0" }, { fixed: "1.2.0" }], { aliases: [cve] });
    const explanation = await explained({ "n.json": [record] }, [
      npm("left", "1.1.0"),
      npm("left", "1.2.0"),
      npm("right", "1.0.0"),
    ]);
    expect(explanation.packages.map(({ verdict }) => verdict)).toEqual(["counts", "not affected"]);
    expect(said(explanation)).toMatch(/osv-npm GHSA-1 .*affected are from 1\.0\.0 before 1\.2\.0/);
    expect(said(explanation)).toMatch(/1\.1\.0 lies within: affected, fixed in 1\.2\.0 \(order of semver\)/);
    expect(said(explanation, 1)).toMatch(/1\.2\.0 lies outside: not affected/);
  });

  it("of a name that a record gives to several CVEs tells of each, in every package", async () => {
    const record = osvNpm("GHSA-1", "left", [{ introduced: "0" }], { aliases: [cve, "CVE-2026-0002"] });
    const index = await indexOf({
      "n.json": [record],
      "a.ndjson": lines(osvDebian(cve, { bash: null }), osvDebian("CVE-2026-0002", { bash: null, dash: "1" })),
    });
    const image = sbom([bash, deb("dash", "1"), npm("left", "1.0.0")]);
    const told = (name: string) =>
      explain(image, name, { index, policy: "all", today: "2026-06-01" }).packages.map(
        (one) => `${one.package.name} ${one.finding?.id ?? "-"} ${one.verdict}`,
      );
    expect(told("GHSA-1")).toEqual([
      ...[`bash ${cve} counts`, "bash CVE-2026-0002 counts", "dash - not affected", "left GHSA-1 counts"],
    ]);
    expect(told(cve)).toEqual([`bash ${cve} counts`, "left GHSA-1 counts"]);
  });

  it("of what a policy counts once for each source says for which package", async () => {
    const library = deb("libbash", "5.2-1", { source: { name: "bash", version: "5.2-1" } });
    const feeds = { "a.ndjson": lines(osvDebian(cve, { bash: "5.3-1" })) };
    const explanation = await explained(feeds, [bash, library], { policy: "scout" });
    expect(explanation.packages.map(({ verdict }) => verdict)).toEqual(["counts", "left out"]);
    expect(said(explanation, 1)).toMatch(/policy scout, rule once-per-source: .*; here for bash/);
  });

  it("of an image that does not say its release names the records of any", async () => {
    const index = await indexOf({ "a.ndjson": lines(osvDebian(cve, { bash: null })) });
    const distribution = { id: "debian", versionId: null, codename: null, prettyName: null };
    const explanation = explain(sbom([bash], { distribution }), cve, { index, policy: "all", today: "2026-06-01" });
    expect(explanation.packages.map(({ verdict }) => verdict)).toEqual(["not matched"]);
    expect(said(explanation)).toMatch(/osv-debian CVE-2026-0001 .*\n.*the image does not say which Debian release/);
  });

  it("of a package whose version no record names tells the records", async () => {
    const affected = [
      {
        package: { ecosystem: "Go", name: "example.org/app" },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }] }],
      },
    ];
    const record = { id: "GO-1", modified: "2026-01-01T00:00:00Z", aliases: [cve], affected };
    const one = { ...npm("example.org/app", "(devel)"), type: "golang", purl: "pkg:golang/example.org/app@(devel)" };
    const explanation = await explained({ "g.json": [record] }, [one]);
    expect(explanation.packages.map(({ verdict }) => verdict)).toEqual(["not matched"]);
    expect(said(explanation)).toMatch(/osv-go GO-1 .*affected are from the first\n.*build from a working copy/);
  });

  it("without an index names the changelog's entry", () => {
    const explanation = explain(sbom([bash]), cve, { archive, policy: "all", today: "2026-06-01" });
    expect(explanation.packages.map(({ verdict }) => verdict)).toEqual(["counts"]);
    expect(said(explanation)).toMatch(/source package bash 5\.2-1.*\nchangelog: .*5\.3-1 .* names the fix/);
  });

  it("tells every statement, whether it counts or not", async () => {
    const statement = {
      status: "not_affected",
      justification: "component_not_present",
      statement: "left out",
    } as const;
    const trusted = {
      by: "us",
      ...statement,
      timestamp: "2026-01-02T00:00:00Z",
      source: "a.vex.json",
      trust: "trusted",
    } as const;
    const claimed = { ...trusted, by: "them", source: "b.vex.json", trust: "claimed, not trusted" } as const;
    const applyStatements: MatchOptions["applyStatements"] = (findings) =>
      findings.map((one) => ({ ...one, statements: [trusted, claimed], suppressed: { by: "us", ...statement } }));
    const explanation = await explained({ "a.ndjson": lines(osvDebian(cve, { bash: null })) }, [bash], {
      applyStatements,
    });
    expect(explanation.packages[0]?.verdict).toBe("suppressed");
    expect(said(explanation)).toMatch(/vex: trusted: not_affected by us on 2026-01-02.*left out, in a\.vex\.json/);
    expect(said(explanation)).toMatch(/vex: claimed, not trusted: not_affected by them .* in b\.vex\.json/);
    expect(said(explanation)).toMatch(/vex: it is suppressed: not_affected by us/);
  });

  it("agrees with what is matched, for every package and verdict", async () => {
    const index = await indexOf({ "a.ndjson": lines(osvDebian(cve, { bash: "5.2-2", dash: "1" })) });
    const image = sbom([bash, deb("dash", "2"), deb("tar", "1")]);
    const options = { index, policy: "all", today: "2026-06-01" } as const;
    const counted = match(image, options).findings.map((one) => one.package.name);
    const explanation = explain(image, cve, options);
    expect(explanation.packages.filter(({ verdict }) => verdict === "counts").map((one) => one.package.name)).toEqual(
      counted,
    );
    expect(explanation.packages.map((one) => one.package.name)).toEqual(["bash", "dash"]);
  });

  it("says so where no record speaks of it", async () => {
    const explanation = await explained({ "a.ndjson": lines(osvDebian("CVE-2026-0009", { bash: null })) }, [bash]);
    expect(explanation.packages).toEqual([]);
    expect(renderExplanation(explanation)).toMatch(/No record speaks of it for a package of this image/);
  });

  it("is printed package by package, a step a line, with the age of the data", async () => {
    const explanation = await explained({ "a.ndjson": lines(osvDebian(cve, { bash: null })) }, [bash]);
    const text = renderExplanation(explanation);
    expect(text).toMatch(/^CVE-2026-0001 in example \(policy all\)\n\nbash 5\.2-1: counts\n {2}pkg:deb/);
    expect(text).toMatch(/osv-debian as of 2026-01-10, 1 records/);
  });
});
