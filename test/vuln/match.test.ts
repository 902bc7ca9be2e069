import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ArchiveEvidence } from "../../src/vuln/archive/evidence.ts";
import { importAdvisories } from "../../src/vuln/import.ts";
import { openAdvisoryIndex } from "../../src/vuln/index/read.ts";
import { match } from "../../src/vuln/match.ts";
import type { Finding } from "../../src/vuln/model.ts";
import { matchRules } from "../../src/vuln/rules.ts";
import { temporaryFolder } from "../support/temporary.ts";
import {
  announcement,
  brief,
  deb,
  type Feeds,
  feedFolder,
  indexOf,
  now,
  npm,
  osvDebian,
  osvNpm,
  sbom,
} from "./examples.ts";

const cve = "CVE-2026-0001";
const osv = (...records: readonly unknown[]): Feeds => ({ "osv.json": records });

/** The tracker's word on bash, by codename, and something about another package, so that it covers Debian 12. */
const tracker = (releases: Readonly<Record<string, unknown>>): Feeds => ({
  "tracker.json": {
    bash: { [cve]: { releases } },
    dash: { "CVE-2020-0001": { releases: { bookworm: { status: "resolved", fixed_version: "0" } } } },
  },
});

async function found(feeds: Feeds, packages: readonly ReturnType<typeof deb>[], archive?: ArchiveEvidence) {
  const index = await indexOf(feeds);
  return match(sbom(packages), { index, policy: "all", today: "2026-11-23", ...(archive && { archive }) });
}

const evidence = (more: Partial<ArchiveEvidence>): ArchiveEvidence => ({
  release: "12",
  asOf: "2026-05-30T08:00:00Z",
  newest: new Map(),
  fixes: [],
  mended: [],
  unread: [],
  ...more,
});

describe("what affects a Debian package", () => {
  const bash = deb("bash", "5.2-1");
  it.each([
    [
      "older than the fixed version: fixed",
      osv(osvDebian(cve, { bash: "5.2-2" })),
      bash,
      `bash ${cve} fixed 5.2-2 unspecified debian-fixed`,
    ],
    ["at the fixed version: nothing", osv(osvDebian(cve, { bash: "5.2-1" })), bash, null],
    ["newer than the fixed version: nothing", osv(osvDebian(cve, { bash: "5.1-9" })), bash, null],
    [
      "a tilde before the fixed version",
      osv(osvDebian(cve, { bash: "5.2-1" })),
      deb("bash", "5.2-1~deb12u1"),
      `bash ${cve} fixed 5.2-1 unspecified debian-fixed`,
    ],
    [
      "an epoch decides",
      osv(osvDebian(cve, { bash: "1:1.0-1" })),
      bash,
      `bash ${cve} fixed 1:1.0-1 unspecified debian-fixed`,
    ],
    [
      "no fix: affected whatever the version",
      osv(osvDebian(cve, { bash: null })),
      deb("bash", "99"),
      `bash ${cve} affected - unspecified debian-open`,
    ],
    [
      "open in another release only: nothing",
      osv(osvDebian(cve, { bash: null }, { ecosystem: "Debian:13" })),
      bash,
      null,
    ],
    ["open for another source package: nothing", osv(osvDebian(cve, { dash: null })), bash, null],
    [
      "unimportant: negligible",
      osv(osvDebian(cve, { bash: null }, { urgency: "unimportant" })),
      bash,
      `bash ${cve} affected - negligible debian-open`,
    ],
    [
      "end-of-life by OSV's urgency",
      osv(osvDebian(cve, { bash: null }, { urgency: "end-of-life" })),
      bash,
      `bash ${cve} end-of-life/end-of-life - unspecified debian-open`,
    ],
    [
      "open by the tracker",
      tracker({ bookworm: { status: "open", urgency: "medium" } }),
      bash,
      `bash ${cve} affected - medium debian-open`,
    ],
    [
      "no-dsa",
      tracker({ bookworm: { status: "open", nodsa: "Minor issue", nodsa_reason: "" } }),
      bash,
      `bash ${cve} affected/no-dsa - unspecified debian-open`,
    ],
    [
      "postponed",
      tracker({ bookworm: { status: "open", nodsa: "x", nodsa_reason: "postponed" } }),
      bash,
      `bash ${cve} deferred/postponed - unspecified debian-open`,
    ],
    [
      "ignored: wont-fix",
      tracker({ bookworm: { status: "open", nodsa: "x", nodsa_reason: "ignored" } }),
      bash,
      `bash ${cve} wont-fix/ignored - unspecified debian-open`,
    ],
    [
      "end-of-life by the tracker",
      tracker({ bookworm: { status: "open", urgency: "end-of-life" } }),
      bash,
      `bash ${cve} end-of-life/end-of-life - unspecified debian-open`,
    ],
    ["fixed version 0: never affected", tracker({ bookworm: { status: "resolved", fixed_version: "0" } }), bash, null],
    ["undetermined: nothing", tracker({ bookworm: { status: "undetermined" } }), bash, null],
    [
      "a fix that the release does not have yet",
      tracker({ bookworm: { status: "resolved", fixed_version: "5.2-9", repositories: { bookworm: "5.2-1" } } }),
      bash,
      `bash ${cve} affected 5.2-9 unspecified debian-fix-not-released`,
    ],
    [
      "a fix that the release has",
      tracker({
        bookworm: {
          status: "resolved",
          fixed_version: "5.2-9",
          repositories: { bookworm: "5.2-1", "bookworm-security": "5.2-9" },
        },
      }),
      bash,
      `bash ${cve} fixed 5.2-9 unspecified debian-fixed`,
    ],
    [
      "no entry for the release, older than sid's fix",
      tracker({ sid: { status: "resolved", fixed_version: "5.3-1" } }),
      bash,
      `bash ${cve} affected 5.3-1 unspecified debian-inherited-from-sid`,
    ],
    [
      "no entry for the release, not older than sid's fix",
      tracker({ sid: { status: "resolved", fixed_version: "5.2-1" } }),
      bash,
      null,
    ],
    [
      "an entry for the release is not overruled by sid's",
      tracker({
        bookworm: { status: "resolved", fixed_version: "0" },
        sid: { status: "resolved", fixed_version: "5.3-1" },
      }),
      bash,
      null,
    ],
    ["open in sid alone: nothing is inherited", tracker({ sid: { status: "open" } }), bash, null],
  ] as [string, Feeds, ReturnType<typeof deb>, string | null][])("%s", async (_, feeds, one, expected) => {
    // biome-ignore format: a table
    expect(brief((await found(feeds, [one])).findings)).toEqual(expected === null ? [] : [expected]);
  });

  it("is matched by source package and source version, for each binary package of it", async () => {
    const source = { name: "openssl", version: "3.0.15-1" };
    const libssl = deb("libssl3", "3.0.15-1+b3", { source });
    const { findings } = await found(osv(osvDebian(cve, { openssl: "3.0.15-1+deb12u1", libssl3: null })), [libssl, deb("openssl", "3.0.15-1", { source })]); // biome-ignore format: one line
    expect(brief(findings)).toEqual([
      `libssl3 ${cve} fixed 3.0.15-1+deb12u1 unspecified debian-fixed`,
      `openssl ${cve} fixed 3.0.15-1+deb12u1 unspecified debian-fixed`,
    ]);
  });

  it("without a named source is its own, less the mark of a binary rebuild", async () => {
    const rebuilt = deb("bash", "5.2.15-2+b13", { source: null });
    expect((await found(osv(osvDebian(cve, { bash: "5.2.15-2" })), [rebuilt])).findings).toEqual([]);
    expect((await found(osv(osvDebian(cve, { bash: "5.2.15-2+a" })), [rebuilt])).findings).toHaveLength(1);
  });

  it("prefers a source version that differs from the binary's", async () => {
    const gcc = deb("gcc", "4:12.2.0-3", { source: { name: "gcc-defaults", version: "1.203" } });
    expect(brief((await found(osv(osvDebian(cve, { "gcc-defaults": "1.204" })), [gcc])).findings)).toHaveLength(1);
    expect(brief((await found(osv(osvDebian(cve, { "gcc-defaults": "1.203" })), [gcc])).findings)).toHaveLength(0);
  });

  it("reports kernel headers as what they are built from", async () => {
    const headers = deb("linux-libc-dev", "6.1.128-1", { source: { name: "linux", version: "6.1.128-1" } });
    expect(brief((await found(osv(osvDebian(cve, { linux: null })), [headers])).findings)).toHaveLength(1);
  });

  it("is decided by a range's beginning where it has one", async () => {
    const record = osvDebian(cve, {});
    const ranges = [{ type: "ECOSYSTEM", events: [{ introduced: "2.0-1" }, { fixed: "2.5-1" }] }];
    const feeds = osv({ ...record, affected: [{ package: { ecosystem: "Debian:12", name: "bash" }, ranges }] });
    const versions = ["1.9-1", "2.0-1", "2.4-1", "2.5-1"];
    const counts = await Promise.all(
      versions.map(async (version) => (await found(feeds, [deb("bash", version)])).findings.length),
    );
    expect(counts).toEqual([0, 1, 1, 0]);
  });
});

describe("announcements and the base", () => {
  const rows = (date: string, version: string) => ({
    "rows.json": [announcement("DSA-1-1", date, `bash ${version}`, cve)],
  });
  const base = (fixed: string | null, urgency = "low") => osv(osvDebian(cve, { bash: fixed }, { urgency }));
  const bash = deb("bash", "5.2-1");

  it("newer than the base mend what it calls open, and keep its urgency", async () => {
    const { findings } = await found({ ...base(null), ...rows("2026-02-01", "5.2-2") }, [bash]);
    expect(brief(findings)).toEqual([`bash ${cve} fixed 5.2-2 low debian-advisory`]);
    expect(findings[0]?.records).toEqual([
      { source: "debian-advisories", id: "DSA-1-1", asOf: "2026-02-01" },
      { source: "osv-debian", id: cve, asOf: "2026-01-10" },
    ]);
  });

  it("newer than the base are gone when their version is installed", async () => {
    expect((await found({ ...base(null), ...rows("2026-02-01", "5.2-1") }, [bash])).findings).toEqual([]);
  });

  it("newer than the base add what it does not know", async () => {
    const other = osv(osvDebian("CVE-2020-0001", { dash: null }));
    expect(brief((await found({ ...other, ...rows("2026-02-01", "5.2-2") }, [bash])).findings)).toEqual([
      `bash ${cve} fixed 5.2-2 unspecified debian-advisory`,
    ]);
  });

  it("of the base's own day count as newer", async () => {
    expect((await found({ ...base(null), ...rows("2026-01-10", "5.2-1") }, [bash])).findings).toEqual([]);
  });

  it("older than the base do not overrule it, nor add to it", async () => {
    expect(brief((await found({ ...base(null), ...rows("2025-12-01", "5.2-1") }, [bash])).findings)).toEqual([
      `bash ${cve} affected - low debian-open`,
    ]);
    const other = osv(osvDebian("CVE-2020-0001", { dash: null }));
    expect((await found({ ...other, ...rows("2025-12-01", "5.2-2") }, [bash])).findings).toEqual([]);
  });

  it("stand alone where no base covers the release", async () => {
    expect(brief((await found(rows("2020-01-01", "5.2-2"), [bash])).findings)).toEqual([
      `bash ${cve} fixed 5.2-2 unspecified debian-advisory`,
    ]);
  });

  it("that mend one vulnerability in steps count up to the last", async () => {
    const steps = [
      announcement("DSA-2-1", "2026-03-01", "bash 5.2-3", cve),
      announcement("DSA-1-1", "2026-02-01", "bash 5.2-2", cve),
    ];
    const { findings } = await found({ "rows.json": steps }, [deb("bash", "5.2-2")]);
    expect(brief(findings)).toEqual([`bash ${cve} fixed 5.2-3 unspecified debian-advisory`]);
    expect(findings[0]?.records.map((record) => record.id)).toEqual(["DSA-2-1", "DSA-1-1"]);
  });

  it("that say a package gets no fix leave it at its end of life", async () => {
    const list = `[02 Feb 2026] DLA-9-1 bash - security update\n\t{${cve}}\n\t[bookworm] - bash <end-of-life>\n`;
    expect(brief((await found({ list }, [bash])).findings)).toEqual([
      `bash ${cve} end-of-life/end-of-life - unspecified debian-advisory-open`,
    ]);
  });

  it("without a CVE count by their own name beside any base", async () => {
    const list = "[02 Feb 2020] DSA-9-1 bash - security update\n\t[bookworm] - bash 5.2-2\n";
    expect(brief((await found({ ...base("5.2-1"), list }, [bash])).findings)).toEqual([
      "bash DSA-9-1 fixed 5.2-2 unspecified debian-advisory",
    ]);
  });

  it("are believed over an open entry of a tracker file whose age is only guessed", async () => {
    const undated = tracker({ bookworm: { status: "open", urgency: "low" } });
    expect(brief((await found({ ...undated, ...rows("2025-01-01", "5.2-2") }, [bash])).findings)).toEqual([
      `bash ${cve} fixed 5.2-2 low debian-advisory`,
    ]);
  });

  it("the newest of two bases speaks, the older one not at all", async () => {
    const newer = { ...osvDebian("CVE-2026-0002", { bash: "5.2-9" }), modified: "2026-03-01T00:00:00Z" };
    const { findings } = await found({ "old.json": [osvDebian(cve, { bash: null })], "new.json": [newer] }, [bash]);
    expect(findings.map((one) => one.id)).toEqual(["CVE-2026-0002"]);
  });
});

describe("the tracker's own data and OSV's copy of it", () => {
  it.each([
    ["the tracker's counts while it is less than a week older", "2026-01-05T00:00:00Z", ["medium", "2026-01-05"]],
    ["OSV's counts when the tracker's is older than that", "2026-01-02T00:00:00Z", ["high", "2026-01-10"]],
  ])("%s", async (_, asOf, expected) => {
    const osvFolder = await feedFolder(osv(osvDebian(cve, { bash: null }, { urgency: "high" })));
    const trackerFolder = await feedFolder(tracker({ bookworm: { status: "open", urgency: "medium" } }));
    const into = join(await temporaryFolder(), "index.sqlite");
    await importAdvisories([osvFolder, { path: trackerFolder, asOf }], into, { now });
    const index = openAdvisoryIndex(into);
    const { findings } = match(sbom([deb("bash", "1")]), { index, policy: "all", today: "2026-11-23" });
    index.close();
    expect(findings.map((one) => [one.severity, one.records[0]?.asOf])).toEqual([expected]);
  });
});

describe("the archive as a witness", () => {
  const fix = { source: "bash", installed: "5.2-1", vulnerability: cve, version: "5.2-2" };
  const bash = deb("bash", "5.2-1");

  it("adds fixes that no advisory lists", async () => {
    const { findings, advisories } = await found(
      osv(osvDebian("CVE-2020-1", { dash: "1" })),
      [bash],
      evidence({ fixes: [fix] }),
    );
    expect(brief(findings)).toEqual([`bash ${cve} fixed 5.2-2 unspecified archive-changelog`]);
    expect(findings[0]?.records).toEqual([{ source: "debian-archive", id: "bash 5.2-2", asOf: "2026-05-30" }]);
    expect(advisories).toContainEqual({
      source: "debian-archive",
      asOf: "2026-05-30",
      records: 1,
      knowsUnfixed: false,
    });
  });

  it("turns an open finding into a fixed one and keeps the severity", async () => {
    const feeds = osv(osvDebian(cve, { bash: null }, { urgency: "high" }));
    const { findings } = await found(feeds, [bash], evidence({ fixes: [fix] }));
    expect(brief(findings)).toEqual([`bash ${cve} fixed 5.2-2 high archive-changelog`]);
    expect(findings[0]?.records.map((record) => record.source)).toEqual(["osv-debian", "debian-archive"]);
  });

  it("confirms a known fix without changing its version or rule", async () => {
    const { findings } = await found(osv(osvDebian(cve, { bash: "5.2-3" })), [bash], evidence({ fixes: [fix] }));
    expect(brief(findings)).toEqual([`bash ${cve} fixed 5.2-3 unspecified debian-fixed`]);
    expect(findings[0]?.records).toHaveLength(2);
  });

  it("does not revive what the distribution says is mended or never was there", async () => {
    const archive = evidence({ fixes: [fix] });
    expect((await found(osv(osvDebian(cve, { bash: "5.1-1" })), [bash], archive)).findings).toEqual([]);
    const never = tracker({ bookworm: { status: "resolved", fixed_version: "0" } });
    expect((await found(never, [bash], archive)).findings).toEqual([]);
  });

  it("says of a fix that it is not released while the newest version is older", async () => {
    const archive = evidence({ newest: new Map([["bash", "5.2-2"]]) });
    expect(brief((await found(osv(osvDebian(cve, { bash: "5.2-3" })), [bash], archive)).findings)).toEqual([
      `bash ${cve} affected 5.2-3 unspecified debian-fix-not-released`,
    ]);
  });

  it("never gives unfixed findings, and leaves their number unknown", () => {
    const result = match(sbom([bash]), { archive: evidence({ fixes: [fix] }), policy: "all", today: "2026-11-23" });
    expect(brief(result.findings)).toEqual([`bash ${cve} fixed 5.2-2 unspecified archive-changelog`]);
    expect(result.counts).toMatchObject({ total: 1, fixable: 1, unfixed: null });
  });
});

describe("severity", () => {
  const cvss = (score: string) => ({ severity: [{ type: "CVSS_V3", score }] });
  const critical = cvss("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
  const severities = (findings: readonly Finding[]) => findings.map((one) => [one.severity, one.severitySource]);

  it.each([
    ["unimportant", "negligible"],
    ["low", "low"],
    ["low**", "low"],
    ["medium", "medium"],
    ["high", "high"],
  ])("is Debian's urgency first: %s is %s", async (urgency, severity) => {
    const { findings } = await found(osv(osvDebian(cve, { bash: null }, { urgency, ...critical })), [deb("bash", "1")]);
    expect(severities(findings)).toEqual([[severity, "osv-debian"]]);
  });

  it("is the CVSS score in the record where Debian has not assigned one", async () => {
    const { findings } = await found(osv(osvDebian(cve, { bash: null }, critical)), [deb("bash", "1")]);
    expect(severities(findings)).toEqual([["critical", "osv-debian CVSS_V3"]]);
  });

  it("comes from another source's record of the same CVE where the base has none", async () => {
    const feeds = {
      ...tracker({ bookworm: { status: "open", urgency: "not yet assigned" } }),
      "osv.json": [osvDebian(cve, { dash: "1" }, critical)],
    };
    const { findings } = await found(feeds, [deb("bash", "1")]);
    expect(severities(findings)).toEqual([["critical", "osv-debian CVSS_V3"]]);
  });

  it("is kept per package: one CVE may be high in one and negligible in another", async () => {
    const both = osvDebian(cve, { bash: null }, { urgency: "high" });
    const dash = osvDebian(cve, { dash: null }, { urgency: "unimportant" });
    const { findings } = await found(osv({ ...both, affected: [...both.affected, ...dash.affected] }), [
      deb("bash", "1"),
      deb("dash", "1"),
    ]);
    expect(findings.map((one) => [one.package.name, one.severity])).toEqual([["bash", "high"], ["dash", "negligible"]]); // biome-ignore format: one line
  });

  it("is unspecified, without a source, where nobody says", async () => {
    const { findings } = await found(osv(osvDebian(cve, { bash: null })), [deb("bash", "1")]);
    expect(severities(findings)).toEqual([["unspecified", null]]);
  });
});

describe("packages that Debian's data does not speak of", () => {
  it.each([
    ["of another distribution", deb("bash", "1", { purl: "pkg:deb/ubuntu/bash@1" }), /of ubuntu/],
    [
      "built by their vendor",
      deb("bash", "1", { supplier: "NodeSource Support <support@nodesource.com>" }),
      /NodeSource/,
    ],
    ["of nginx's archive", deb("bash", "1", { supplier: "NGINX Packaging <nginx-packaging@f5.com>" }), /f5\.com/],
    ["of PostgreSQL's archive", deb("bash", "17.2-1.pgdg120+1"), /17\.2-1\.pgdg120\+1/],
    ["versioned for one release by others", deb("bash", "5:27.4.1-1~debian.12~bookworm"), /another archive/],
  ])("are not matched and listed: %s", async (_, one, reason) => {
    const { findings, notMatched } = await found(osv(osvDebian(cve, { bash: null })), [one]);
    expect(findings).toEqual([]);
    expect(notMatched).toMatchObject([{ package: { name: "bash" }, reason: expect.stringMatching(reason) }]);
  });

  it.each([
    "Debian MySQL Maintainers <pkg-mysql-maint@lists.alioth.debian.org>",
    "Docker Compose Team <team+docker-compose@tracker.debian.org>",
    "Jane Doe <jane@google.com>",
  ])("are not those maintained by %s", async (supplier) => {
    const one = deb("bash", "5.2-1~bpo12+1", { supplier });
    expect((await found(osv(osvDebian(cve, { bash: null })), [one])).findings).toHaveLength(1);
  });

  it("are all of an image that does not say which Debian it is, whose unfixed are unknown", async () => {
    const index = await indexOf(osv(osvDebian(cve, { bash: null })));
    const distribution = { id: "debian", versionId: null, codename: null, prettyName: null };
    const result = match(sbom([deb("bash", "1")], { distribution }), { index, policy: "all", today: "2026-11-23" });
    expect(result.findings).toEqual([]);
    expect(result.counts.unfixed).toBeNull();
    expect(result.notMatched).toHaveLength(1);
  });
});

describe("a changelog entry that the installed version has", () => {
  const mended = [{ source: "bash", installed: "5.2-1", vulnerability: cve, version: "5.1-1" }];
  const open = osv(osvDebian(cve, { bash: null }));

  it("settles what older data calls open", async () => {
    expect((await found(open, [deb("bash", "5.2-1")], evidence({ mended }))).findings).toEqual([]);
  });

  it.each([
    ["of another version", [{ ...mended[0], installed: "5.0-1" }]],
    ["of another source", [{ ...mended[0], source: "dash" }]],
    ["of another vulnerability", [{ ...mended[0], vulnerability: "CVE-2026-9999" }]],
  ])("settles nothing %s", async (_, other) => {
    const result = await found(open, [deb("bash", "5.2-1")], evidence({ mended: other as ArchiveEvidence["mended"] }));
    expect(result.findings).toHaveLength(1);
  });

  it("does not settle what data as young as the archive calls open", async () => {
    const result = await found(open, [deb("bash", "5.2-1")], evidence({ mended, asOf: "2026-01-10T00:00:00Z" }));
    expect(result.findings).toHaveLength(1);
  });

  it("does not settle what an announced fix is newer than", async () => {
    const result = await found(osv(osvDebian(cve, { bash: "5.2-9" })), [deb("bash", "5.2-1")], evidence({ mended }));
    expect(result.findings.map(({ state }) => state)).toEqual(["fixed"]);
  });
});

describe("counts", () => {
  it("split what was found by severity, and into fixable and unfixed", async () => {
    const feeds = osv(
      osvDebian("CVE-2026-0001", { bash: null }, { urgency: "high" }),
      osvDebian("CVE-2026-0002", { bash: "2" }, { urgency: "high" }),
      osvDebian("CVE-2026-0003", { bash: null }, { urgency: "unimportant" }),
      osvDebian("CVE-2026-0004", { bash: "3" }),
    );
    const { counts, findings } = await found(feeds, [deb("bash", "1")]);
    const none = { critical: 0, medium: 0, low: 0, suppressed: 0, noDsa: 0, policy: "all" };
    expect(counts).toEqual({ ...none, high: 2, negligible: 1, unspecified: 1, total: 4, fixable: 2, unfixed: 2 });
    expect(findings.map((one) => one.severity)).toEqual(["high", "high", "negligible", "unspecified"]);
  });

  it("leave unfixed unknown where no source that knows them covers the release", async () => {
    const rows = { "rows.json": [announcement("DSA-1-1", "2026-02-01", "bash 2", cve)] };
    const elsewhere = osv(osvDebian(cve, { bash: null }, { ecosystem: "Debian:11" }));
    const withNpm = { "npm.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])] };
    for (const feeds of [rows, { ...rows, ...elsewhere }, { ...rows, ...withNpm }]) {
      expect((await found(feeds, [deb("bash", "1")])).counts).toMatchObject({ total: 1, fixable: 1, unfixed: null });
    }
    const result = match(sbom([deb("bash", "1"), npm("ms", "1.0.0")]), { policy: "all", today: "2026-11-23" });
    expect(result.counts.unfixed).toBeNull();
    expect(result.notMatched).toMatchObject([
      { package: { name: "ms" }, reason: "no imported data speaks of packages of the type npm" },
    ]);
  });

  it.each([
    ["apk", "alpine"],
    ["rpm", "fedora"],
  ])("leave unfixed unknown for packages of the type %s, of which no source lists them", async (type, id) => {
    const index = await indexOf({ "npm.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])] });
    const distribution = { id, versionId: "3.21", codename: null, prettyName: null };
    const one = { ...npm("zlib", "1"), type, purl: `pkg:${type}/${id}/zlib@1` };
    const result = match(sbom([one, npm("left", "1.0.0")], { distribution }), {
      ...{ index, policy: "all", today: "2026-11-23" },
    });
    expect(result.counts).toMatchObject({ total: 1, unfixed: null });
    expect(result.notMatched).toMatchObject([{ package: { name: "zlib" } }]);
  });

  it("know unfixed issues of an image without a distribution from npm's records", async () => {
    const index = await indexOf({ "npm.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])] });
    const result = match(sbom([npm("left", "1.0.0")], { distribution: null }), {
      index,
      policy: "all",
      today: "2026-11-23",
    });
    expect(result.counts).toMatchObject({ total: 1, fixable: 0, unfixed: 1 });
  });

  it("count a package that lies in two places once", async () => {
    const index = await indexOf({ "npm.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])] });
    const twice = [npm("left", "1.0.0", { locations: ["a"] }), npm("left", "1.0.0", { locations: ["b"] })];
    expect(match(sbom(twice), { index, policy: "all", today: "2026-11-23" }).counts.total).toBe(1);
  });
});

describe("every finding", () => {
  it("has a rule that is explained, and a record with a date", async () => {
    const feeds = {
      ...osv(osvDebian(cve, { bash: null })),
      "npm.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])],
    };
    const { findings } = await found(feeds, [deb("bash", "1"), npm("left", "1.0.0")]);
    expect(findings).toHaveLength(2);
    for (const one of findings) {
      expect(Object.keys(matchRules)).toContain(one.rule);
      expect(one.records.map((record) => record.asOf)).toEqual(["2026-01-10"]);
    }
  });
});
