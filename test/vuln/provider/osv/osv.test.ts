import { describe, expect, it } from "vitest";
import { openAdvisoryIndex } from "../../../../src/vuln/index/read.ts";
import { makeZip } from "../../../archive/zip/make-zip.ts";
import { importFeeds, indexOf, lines, osvDebian, osvNpm } from "../../examples.ts";

const record = osvDebian("CVE-2026-0001", { bash: "5.2-1" });

describe("OSV records", () => {
  const wrapped = { path: "2026/CVE-2026-0001.json", r: record };
  it.each([
    ["one a line", "export.ndjson", lines(record, osvDebian("CVE-2026-0002", {}))],
    ["one a line, wrapped with a path", "export.ndjson", lines(wrapped, wrapped)],
    ["as an array", "all.json", JSON.stringify([record])],
    ["one a file", "CVE-2026-0001.json", JSON.stringify(record, null, 2)],
    [
      "in a zip archive",
      "all.zip",
      makeZip({ "CVE-2026-0001.json": JSON.stringify(record), "notes.txt": "no record" }),
    ],
  ])("are read %s", async (_, name, content) => {
    const index = await indexOf({ [name]: content });
    expect(index.debian("bash", "12")[0]).toEqual({
      package: "bash",
      release: "12",
      vulnerability: "CVE-2026-0001",
      origin: 1,
      record: "CVE-2026-0001",
      kind: "base",
      state: "resolved",
      introduced: null,
      fixed: "5.2-1",
      released: null,
      urgency: "not yet assigned",
      triage: null,
      date: null,
      note: null,
    });
    expect(index.covers("12")).toEqual([1]);
  });

  it("of one folder, one a file, are one source with one date", async () => {
    const other = { ...osvDebian("CVE-2026-0002", { dash: null }), modified: "2026-02-01T00:00:00Z" };
    const { sources, files } = await importFeeds({ "osv/a.json": record, "osv/b.json": other });
    expect(sources).toEqual([{ source: "osv-debian", asOf: "2026-02-01", records: 2, knowsUnfixed: true }]);
    expect(files).toHaveLength(2);
  });

  it("without a fixed event are open", async () => {
    const index = await indexOf({ "a.json": osvDebian("CVE-2026-0001", { bash: null }) });
    expect(index.debian("bash", "12")).toMatchObject([{ state: "open", fixed: null }]);
  });

  it("with several ranges give a row for each", async () => {
    const events = [
      { introduced: "0" },
      { fixed: "1.0-1" },
      { introduced: "2.0-1" },
      { fixed: "2.1-1" },
      { introduced: "3.0-1" },
    ];
    const ranges = [
      { type: "ECOSYSTEM", events },
      { type: "GIT", events: [{ introduced: "0" }] },
    ];
    const affected = [{ package: { ecosystem: "Debian:12", name: "bash" }, ranges }];
    const index = await indexOf({ "a.json": { ...record, affected } });
    expect(index.debian("bash", "12").map((row) => [row.introduced, row.fixed])).toEqual([
      [null, "1.0-1"],
      ["2.0-1", "2.1-1"],
      ["3.0-1", null],
    ]);
  });

  it("called DEBIAN-CVE are the CVE's, with aliases, CVSS and summary", async () => {
    const severity = [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }];
    const more = { aliases: ["GHSA-aaaa-bbbb-cccc"], upstream: ["CVE-2026-0001"], severity, summary: "x".repeat(500) };
    const index = await indexOf({ "a.json": osvDebian("DEBIAN-CVE-2026-0001", { bash: null }, more) });
    expect(index.debian("bash", "12")).toMatchObject([
      { vulnerability: "CVE-2026-0001", record: "DEBIAN-CVE-2026-0001" },
    ]);
    expect(index.vulnerability("CVE-2026-0001").advisories).toMatchObject([
      {
        aliases: ["GHSA-aaaa-bbbb-cccc"],
        cvss: [{ type: "CVSS_V3", vector: severity[0]?.score }],
        summary: "x".repeat(200),
      },
    ]);
  });

  it("that announce fixes stand for the CVEs they name, by the day they were published", async () => {
    const more = {
      related: ["CVE-2026-0001", "RHSA-1"],
      upstream: ["DEBIAN-CVE-2026-0002"],
      summary: "bash - security update",
    };
    const index = await indexOf({ "a.json": [osvDebian("DSA-1-1", { bash: "5.2-1+deb12u1" }, more)] });
    const common = { kind: "advisory", record: "DSA-1-1", date: "2026-01-02", fixed: "5.2-1+deb12u1" };
    expect(index.debian("bash", "12")).toMatchObject([
      { ...common, vulnerability: "CVE-2026-0002" },
      { ...common, vulnerability: "CVE-2026-0001" },
    ]);
    expect(index.origins[0]?.knowsUnfixed).toBe(false);
  });

  it("that announce an update without a CVE count only when it is a security update", async () => {
    const index = await indexOf({
      "a.json": [
        osvDebian("DSA-2-1", { bash: "2" }, { summary: "bash - security update" }),
        osvDebian("DSA-2-2", { bash: "3" }, { summary: "bash - regression update" }),
        osvDebian("DLA-3-1", { tzdata: "4" }, { summary: "tzdata - new timezone database" }),
      ],
    });
    expect(index.debian("bash", "12").map((row) => row.vulnerability)).toEqual(["DSA-2-1"]);
    expect(index.debian("tzdata", "12")).toEqual([]);
  });

  it("that were withdrawn are left out", async () => {
    const index = await indexOf({
      "a.json": [record, osvDebian("CVE-2026-0002", { bash: null }, { withdrawn: "2026-01-03T00:00:00Z" })],
    });
    expect(index.debian("bash", "12").map((row) => row.vulnerability)).toEqual(["CVE-2026-0001"]);
  });

  it("of npm keep their events in order, the bound GitHub gives, versions and severity", async () => {
    const index = await indexOf({
      "a.json": [
        osvNpm(
          "GHSA-1",
          "left",
          [{ fixed: "1.2.0" }, { introduced: "2.0.0" }, { introduced: "0" }, { last_affected: "2.3.0" }],
          {
            database_specific: { severity: "MODERATE" },
          },
        ),
        {
          id: "GHSA-2",
          modified: "2026-01-01T00:00:00Z",
          affected: [
            {
              package: { ecosystem: "npm", name: "left" },
              ranges: [{ type: "SEMVER", events: [{ introduced: "0" }] }],
              versions: ["9.9.9"],
              database_specific: { last_known_affected_version_range: "<= 3.1.0" },
            },
          ],
        },
      ],
    });
    expect(index.affected("npm", "left")).toMatchObject([
      {
        record: "GHSA-1",
        severity: "MODERATE",
        ranges: [
          {
            events: [
              { kind: "introduced", version: "0" },
              { kind: "fixed", version: "1.2.0" },
              { kind: "introduced", version: "2.0.0" },
              { kind: "last_affected", version: "2.3.0" },
            ],
            bound: null,
          },
        ],
      },
      {
        record: "GHSA-2",
        severity: null,
        versions: ["9.9.9"],
        ranges: [{ bound: { inclusive: true, version: "3.1.0" } }],
      },
    ]);
  });

  it("of ecosystems that nobody asks for are passed over, and so are passing mentions in a feed of another", async () => {
    const of = (ecosystem: string, i: number) => ({
      id: `X-${i}`,
      modified: "2026-01-01T00:00:00Z",
      affected: [{ package: { ecosystem, name: "a" }, versions: ["1.0"] }],
    });
    const swift = Array.from({ length: 3 }, (_, i) => of("SwiftURL", i));
    const python = Array.from({ length: 50 }, (_, i) => of("PyPI", i));
    const { files, sources, index } = await importFeeds({
      "a.ndjson": lines(...swift),
      "b.ndjson": lines(...python, osvNpm("GHSA-1", "left", [{ introduced: "0" }])),
    });
    expect(files.map((file) => (file.outcome === "skipped" ? file.reason : file.records))).toEqual([
      "format OSV of SwiftURL is not used",
      50,
    ]);
    expect(sources.map((source) => source.source)).toEqual(["osv-pypi"]);
    const opened = openAdvisoryIndex(index);
    expect(opened.affected("npm", "left")).toEqual([]);
    opened.close();
  });

  it("tolerate fields of another shape where they do not matter", async () => {
    const odd = { ...record, database_specific: "text", references: 7, affected: [{ ...record.affected[0], database_specific: [], ecosystem_specific: "x" }] }; // biome-ignore format: one line
    const index = await indexOf({ "a.json": [odd] });
    expect(index.debian("bash", "12")).toMatchObject([{ fixed: "5.2-1", urgency: null }]);
  });

  it.each([
    [
      "a line that is no JSON",
      lines(record, record).replace('"CVE-2026-0001"', '"CVE-2026-0001'),
      "line 3: the JSON document is cut off",
    ],
    ["a line cut off", `${lines(record, record)}{"id":"CVE-20`, "line 3: not JSON"],
    ["a line without id", lines(record, record, { modified: "2026-01-01" }), "line 3: not an OSV record: id"],
    ["events that are no texts", lines(record, { ...record, affected: [{ ranges: [{ type: "SEMVER", events: [{ fixed: 1 }] }] }] }), "line 2: not an OSV record: affected.0.ranges.0.events.0.fixed"], // biome-ignore format: one line
  ])("are refused with %s, naming file and line", async (_, content, message) => {
    const reading = importFeeds({ "export.ndjson": content });
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: expect.stringMatching(/^VULN_FORMAT_/) }));
    await expect(reading).rejects.toThrow(new RegExp(`export.ndjson ${message}`));
  });

  it("in a zip archive are refused by the name of the entry", async () => {
    const damaged = makeZip({ "CVE-0.json": JSON.stringify(record), "CVE-1.json": "{" });
    await expect(importFeeds({ "all.zip": damaged })).rejects.toThrow(
      /all\.zip\/CVE-1\.json line 1: the JSON document is cut off/,
    );
    const odd = makeZip({ "CVE-0.json": JSON.stringify({ ...record, affected: 7 }) });
    await expect(importFeeds({ "all.zip": odd })).rejects.toThrow(/all\.zip\/CVE-0\.json line 1: not an OSV record/);
  });
});
