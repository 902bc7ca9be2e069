import { describe, expect, it } from "vitest";
import { matchAffected } from "../../../src/vuln/match/affected.ts";
import { originsOf } from "../../../src/vuln/match/origins.ts";
import { type Feeds, indexOf, osvNpm } from "../examples.ts";

async function decisions(feeds: Feeds, version: string) {
  const index = await indexOf(feeds);
  const question = { ecosystem: "npm", name: "left", version, scheme: "semver" } as const;
  return matchAffected(question, { index, origins: originsOf(index) });
}

describe("which versions of an npm package a record affects", () => {
  const two = [{ introduced: "1.0.0" }, { fixed: "1.2.0" }, { introduced: "2.0.0" }, { fixed: "2.1.0" }];
  it.each([
    ["before the first", two, "0.9.0", null],
    ["at the beginning", two, "1.0.0", "1.2.0"],
    ["inside the first range", two, "1.1.9", "1.2.0"],
    ["at the fix", two, "1.2.0", null],
    ["between the ranges", two, "1.9.0", null],
    ["inside the second range", two, "2.0.5", "2.1.0"],
    ["after all", two, "3.0.0", null],
    ["a prerelease of the fix", two, "1.2.0-rc.1", "1.2.0"],
    ["a prerelease of the beginning", two, "1.0.0-rc.1", null],
    ["from 0 on, a prerelease", [{ introduced: "0" }, { fixed: "1.0.0" }], "0.0.0-alpha", "1.0.0"],
    ["at the last affected", [{ introduced: "0" }, { last_affected: "1.5.0" }], "1.5.0", "-"],
    ["after the last affected", [{ introduced: "0" }, { last_affected: "1.5.0" }], "1.5.1", null],
    ["without an end", [{ introduced: "0" }], "99.0.0", "-"],
    ["with build metadata", two, "1.1.0+build.7", "1.2.0"],
    ["numbers, not text", [{ introduced: "0" }, { fixed: "1.10.0" }], "1.9.0", "1.10.0"],
  ] as const)("%s", async (_, events, version, fixed) => {
    const found = await decisions({ "a.json": [osvNpm("GHSA-1", "left", events)] }, version);
    expect(found.map((one) => one.fixedVersion ?? "-")).toEqual(fixed === null ? [] : [fixed]);
    expect(found.map((one) => one.state)).toEqual(fixed === null ? [] : [fixed === "-" ? "affected" : "fixed"]);
  });

  it.each([
    ["<= 1.5.0", "1.5.0", 1],
    ["<= 1.5.0", "1.5.1", 0],
    ["< 1.5.0", "1.5.0", 0],
    ["< 1.5.0", "1.4.9", 1],
  ])("an open range ends at GitHub's last known %s: %s", async (last, version, count) => {
    const record = osvNpm("GHSA-1", "left", [{ introduced: "0" }]);
    const affected = record.affected.map((one) => ({
      ...one,
      database_specific: { last_known_affected_version_range: last },
    }));
    expect(await decisions({ "a.json": [{ ...record, affected }] }, version)).toHaveLength(count);
  });

  it("a version listed by itself", async () => {
    const affected = [{ package: { ecosystem: "npm", name: "left" }, versions: ["6.6.6"] }];
    const feeds = { "a.json": [{ id: "MAL-1", modified: "2026-01-01T00:00:00Z", affected }] };
    expect(await decisions(feeds, "6.6.6")).toMatchObject([{ id: "MAL-1", state: "affected" }]);
    expect(await decisions(feeds, "v6.6.6")).toHaveLength(1);
    expect(await decisions(feeds, "6.6.7")).toEqual([]);
  });

  it("only the package of that very name", async () => {
    expect(await decisions({ "a.json": [osvNpm("GHSA-1", "@scope/left", [{ introduced: "0" }])] }, "1.0.0")).toEqual(
      [],
    );
  });

  it("by the newest of a record's two versions", async () => {
    const old = osvNpm("GHSA-1", "left", [{ introduced: "0" }]);
    const corrected = {
      ...osvNpm("GHSA-1", "left", [{ introduced: "0" }, { fixed: "1.0.0" }]),
      modified: "2026-03-01T00:00:00Z",
    };
    expect(await decisions({ "a.json": [old], "b.json": [corrected] }, "1.0.0")).toEqual([]);
  });
});

describe("the name of a vulnerability", () => {
  const range = [{ introduced: "0" }, { fixed: "2.0.0" }];
  it("is the CVE where there is exactly one", async () => {
    const found = await decisions(
      { "a.json": [osvNpm("GHSA-1", "left", range, { aliases: ["CVE-2026-0001"] })] },
      "1.0.0",
    );
    expect(found).toMatchObject([{ id: "CVE-2026-0001", aliases: ["GHSA-1"], records: [{ id: "GHSA-1" }] }]);
  });

  it("is GitHub's where there is none, or more than one", async () => {
    const two = osvNpm("GHSA-2", "left", range, { aliases: ["CVE-2026-0001", "CVE-2026-0002"] });
    const found = await decisions({ "a.json": [osvNpm("GHSA-1", "left", range), two] }, "1.0.0");
    expect(found.map((one) => one.id)).toEqual(["GHSA-1", "GHSA-2"]);
  });

  it("joins records that are aliases, through a third too: the worst severity, the last fix", async () => {
    const feeds = {
      "a.json": [
        osvNpm("GHSA-1", "left", range, { aliases: ["CVE-2026-0001"], database_specific: { severity: "LOW" } }),
        osvNpm("OTHER-1", "left", [{ introduced: "0" }, { fixed: "2.0.1" }], { aliases: ["MORE-1"] }),
        osvNpm("MORE-2", "left", range, {
          aliases: ["CVE-2026-0001", "MORE-1"],
          database_specific: { severity: "CRITICAL" },
        }),
      ],
    };
    expect(await decisions(feeds, "1.0.0")).toEqual([
      {
        id: "CVE-2026-0001",
        aliases: ["GHSA-1", "MORE-1", "MORE-2", "OTHER-1"],
        severity: "critical",
        severitySource: "osv-npm",
        state: "fixed",
        triage: null,
        fixedVersion: "2.0.1",
        cvss: [],
        epss: null,
        kev: null,
        summary: null,
        records: ["GHSA-1", "OTHER-1", "MORE-2"].map((id) => ({ source: "osv-npm", id, asOf: "2026-01-10" })),
        rule: "ecosystem-range",
      },
    ]);
  });

  it("does not join records that are only related", async () => {
    const feeds = {
      "a.json": [osvNpm("GHSA-1", "left", range, { related: ["GHSA-2"] }), osvNpm("GHSA-2", "left", range)],
    };
    expect(await decisions(feeds, "1.0.0")).toHaveLength(2);
  });
});

describe("the severity of an npm finding", () => {
  it.each([
    ["LOW", "low"],
    ["MODERATE", "medium"],
    ["HIGH", "high"],
    ["CRITICAL", "critical"],
  ])("is GitHub's word %s", async (word, severity) => {
    const record = osvNpm("GHSA-1", "left", [{ introduced: "0" }], { database_specific: { severity: word } });
    expect(await decisions({ "a.json": [record] }, "1.0.0")).toMatchObject([{ severity, severitySource: "osv-npm" }]);
  });

  it("is the CVSS score where there is no word", async () => {
    const severity = [{ type: "CVSS_V3", score: "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N" }];
    const record = osvNpm("GHSA-1", "left", [{ introduced: "0" }], { severity });
    expect(await decisions({ "a.json": [record] }, "1.0.0")).toMatchObject([
      { severity: "medium", severitySource: "osv-npm CVSS_V3" },
    ]);
  });

  it("is critical for a report of malware, which nobody rates", async () => {
    const record = osvNpm("MAL-2026-1", "left", [{ introduced: "0" }]);
    expect(await decisions({ "a.json": [record] }, "1.0.0")).toMatchObject([
      { severity: "critical", severitySource: "osv-npm (malware)" },
    ]);
  });
});
