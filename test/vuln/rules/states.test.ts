import { describe, expect, it } from "vitest";
import { match } from "../../../src/vuln/match.ts";
import { policyNames } from "../../../src/vuln/policy.ts";
import { deb, type Feeds, indexOf, lines, osvDebian, sbom } from "../examples.ts";

const cve = "CVE-2026-0001";
const severity = [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }];

/** The tracker's entry for bash in Debian 12, and another record that rates the CVE as critical. */
const entry = (status: object): Feeds => ({
  "tracker.json": { bash: { [cve]: { releases: { bookworm: status } } } },
  "osv.ndjson": lines({ ...osvDebian(cve, { dash: "1" }, { ecosystem: "Debian:13" }), severity }),
});

const open = (more: object = {}) => entry({ status: "open", urgency: "medium", ...more });
const nodsa = (reason: string) => open({ nodsa: "Minor issue", nodsa_reason: reason });

/** What each policy makes of one entry: state, triage, severity; `-` where it does not count. */
async function byPolicy(feeds: Feeds): Promise<Readonly<Record<string, string>>> {
  const index = await indexOf(feeds);
  const said = policyNames.map((policy) => {
    const { findings, counts } = match(sbom([deb("bash", "1")]), { index, policy, today: "2026-11-23" });
    const [one] = findings;
    expect(counts.total).toBe(findings.length);
    if (one === undefined) return [policy, "-"];
    return [policy, `${one.state}${one.triage === null ? "" : `/${one.triage}`} ${one.severity}`];
  });
  return Object.fromEntries(said);
}

const same = (text: string) => ({ all: text, scout: text, grype: text, trivy: text });

describe("3b, state and severity, as each policy counts them", () => {
  it.each<readonly [string, Feeds, Readonly<Record<string, string>>]>([
    ["resolved, newer fix", entry({ status: "resolved", fixed_version: "2", urgency: "medium" }), same("fixed medium")],
    ["resolved, no newer fix", entry({ status: "resolved", fixed_version: "1", urgency: "medium" }), same("-")],
    ["unfixed, no tag", open(), same("affected medium")],
    ["no-dsa", nodsa(""), { ...same("affected/no-dsa medium"), scout: "-" }],
    ["ignored", nodsa("ignored"), { ...same("wont-fix/ignored medium"), scout: "-" }],
    ["postponed", nodsa("postponed"), { ...same("deferred/postponed medium"), scout: "-" }],
    [
      "end-of-life",
      open({ urgency: "end-of-life" }),
      { ...same("end-of-life/end-of-life critical"), scout: "-", grype: "end-of-life/end-of-life unspecified" },
    ],
    [
      "unimportant",
      open({ urgency: "unimportant" }),
      { ...same("affected negligible"), scout: "affected low", trivy: "affected low" },
    ],
    ["low", open({ urgency: "low" }), same("affected low")],
    ["low, guessed by the tracker", open({ urgency: "low**" }), same("affected low")],
    ["medium", open({ urgency: "medium" }), same("affected medium")],
    ["high", open({ urgency: "high" }), same("affected high")],
    ["not yet assigned", open({ urgency: "not yet assigned" }), same("affected critical")],
    ["undetermined", entry({ status: "undetermined", urgency: "medium" }), same("-")],
    [
      "no-dsa and unimportant: left out before it is seen otherwise",
      open({ urgency: "unimportant", nodsa: "Minor", nodsa_reason: "" }),
      { ...same("affected/no-dsa negligible"), scout: "-", trivy: "affected/no-dsa low" },
    ],
    [
      "no-dsa of what is fixed by now: counts",
      entry({ status: "resolved", fixed_version: "2", urgency: "medium", nodsa: "Minor", nodsa_reason: "" }),
      same("fixed medium"),
    ],
  ])("%s", async (_, feeds, expected) => {
    expect(await byPolicy(feeds)).toEqual(expected);
  });
});

describe("3b, where a severity comes from", () => {
  const sources = async (feeds: Feeds) => {
    const { findings } = match(sbom([deb("bash", "1")]), {
      index: await indexOf(feeds),
      policy: "all",
      today: "2026-11-23",
    });
    return findings.map((one) => [
      one.severity,
      one.severitySource,
      one.cvss.map(({ source, score }) => [source, score]),
    ]);
  };

  it("vendor first, with every CVSS beside it, each with its source", async () => {
    expect(await sources(open({ urgency: "low" }))).toEqual([
      ["low", "debian-security-tracker", [["osv-debian", 9.8]]],
    ]);
  });

  it("not yet assigned: the CVSS of a record of the same CVE, and whose it is", async () => {
    expect(await sources(open({ urgency: "not yet assigned" }))).toEqual([
      ["critical", "osv-debian CVSS_V3", [["osv-debian", 9.8]]],
    ]);
  });

  it("nobody says: unspecified, without a source", async () => {
    const feeds = { "osv.ndjson": lines(osvDebian(cve, { bash: null })) };
    expect(await sources(feeds)).toEqual([["unspecified", null, []]]);
  });

  it("per-package severity: one CVE is high in one package and negligible in another, and in another release", async () => {
    const index = await indexOf({
      "tracker.json": {
        bash: {
          [cve]: {
            releases: { bookworm: { status: "open", urgency: "high" }, trixie: { status: "open", urgency: "low" } },
          },
        },
        dash: { [cve]: { releases: { bookworm: { status: "open", urgency: "unimportant" } } } },
      },
    });
    const packages = [deb("bash", "1"), deb("dash", "1")];
    const { findings } = match(sbom(packages), { index, policy: "all", today: "2026-11-23" });
    expect(findings.map((one) => `${one.package.name} ${one.severity}`)).toEqual(["bash high", "dash negligible"]);
    const distribution = { id: "debian", versionId: "13", codename: "trixie", prettyName: null };
    const later = match(sbom(packages, { distribution }), { index, policy: "all", today: "2026-11-23" });
    expect(later.findings.map((one) => `${one.package.name} ${one.severity}`)).toEqual(["bash low"]);
  });

  it("EPSS and KEV: kept apart, each with its date, and they change no severity", async () => {
    const entry = { cveID: cve, dateAdded: "2026-01-05", dueDate: "2026-01-26", knownRansomwareCampaignUse: "Known" };
    const kev = {
      catalogVersion: "2026.01.07",
      dateReleased: "2026-01-07T16:45:47Z",
      count: 1,
      vulnerabilities: [entry],
    };
    const index = await indexOf({
      ...open(),
      "kev.json": { title: "CISA Catalog of Known Exploited Vulnerabilities", ...kev },
      "epss.csv": `#model_version:v1,score_date:2026-01-08T00:00:00Z\ncve,epss,percentile\n${cve},0.9,0.99\n`,
    });
    expect(match(sbom([deb("bash", "1")]), { index, policy: "all", today: "2026-11-23" }).findings).toMatchObject([
      {
        severity: "medium",
        epss: { score: 0.9, percentile: 0.99, asOf: "2026-01-08" },
        kev: { added: "2026-01-05", due: "2026-01-26", ransomware: true },
      },
    ]);
  });
});

describe("3b, the counts of the policies", () => {
  const source = { name: "glibc", version: "2.36-9" };
  const packages = [
    ...["libc6", "libc-bin"].map((name) => deb(name, "2.36-9", { source })),
    deb("linux-libc-dev", "6.1-1", { source: { name: "linux", version: "6.1-1" } }),
    deb("bash", "1"),
  ];
  const releases = (more: object) => ({ releases: { bookworm: { status: "open", urgency: "medium", ...more } } });
  const feeds: Feeds = {
    "tracker.json": {
      glibc: {
        "CVE-2026-0001": releases({}),
        "CVE-2026-0002": releases({ nodsa: "Minor", nodsa_reason: "" }),
        "CVE-2026-0003": releases({ urgency: "unimportant" }),
      },
      linux: { "CVE-2026-0004": releases({}) },
      bash: {
        "CVE-2026-0005": releases({ urgency: "end-of-life" }),
        "CVE-2026-0006": releases({ nodsa: "x", nodsa_reason: "ignored" }),
      },
    },
  };

  it.each([
    ["all", 9],
    ["scout", 3],
    ["grype", 8],
    ["trivy", 9],
  ] as const)("%s counts %i, and what it left out is told by rule", async (policy, total) => {
    const index = await indexOf(feeds);
    const { counts, effects } = match(sbom(packages), { index, policy, today: "2026-11-23" });
    expect(counts.total).toBe(total);
    const leaves = ["no-dsa-hidden", "ignored-hidden", "kernel-headers-ignored", "once-per-source"];
    const left = effects.filter(({ rule }) => leaves.includes(rule)).reduce((sum, { findings }) => sum + findings, 0);
    expect(total + left).toBe(9);
  });

  it.each(policyNames)(
    "%s has a total that is the sum of its severities, and of fixable and unfixed",
    async (policy) => {
      const { counts } = match(sbom(packages), { index: await indexOf(feeds), policy, today: "2026-11-23" });
      const { critical, high, medium, low, negligible, unspecified, total, fixable, unfixed } = counts;
      expect(critical + high + medium + low + negligible + unspecified).toBe(total);
      expect(fixable + (unfixed ?? Number.NaN)).toBe(total);
    },
  );
});
