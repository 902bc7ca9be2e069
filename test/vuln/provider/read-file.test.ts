import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importAdvisories } from "../../../src/vuln/import.ts";
import { makeZip } from "../../archive/zip/make-zip.ts";
import { makeDeb, makeTar, testTime } from "../../support/deb.ts";
import { feedFolder, importFeeds, indexOf, now, osvDebian, osvNpm } from "../examples.ts";

const debian = JSON.stringify(osvDebian("CVE-2026-0001", { bash: "5.2-1" }));
const npm = JSON.stringify(osvNpm("GHSA-1", "left", [{ introduced: "0" }]));
const scores = "CVE-2026-0001,0.5,0.9\n";

const members = {
  "a/CVE-2026-0001.json": debian,
  "b/GHSA-1.json": npm,
  "c/scores.csv": scores,
  "README.md": "# This\n",
};

describe("an archive of feeds", () => {
  it.each([
    ["tar", makeTar(members)],
    ["tar, compressed", zstdCompressSync(makeTar(members))],
    ["zip", makeZip(members)],
    ["Debian package", makeDeb({ control: "Package: feeds\nVersion: 1\nArchitecture: all\n", files: members })],
  ])("has each member read in its own format: %s", async (_, content) => {
    const feeds = { "feeds-2026-02-03.archive": content };
    const { files, sources } = await importFeeds(feeds);
    expect(files).toMatchObject([{ outcome: "imported", format: "OSV, EPSS", records: 3, notes: [] }]);
    expect(sources).toEqual([
      { source: "first-epss", asOf: "2026-02-03", records: 1, knowsUnfixed: false },
      { source: "osv-debian", asOf: "2026-01-10", records: 1, knowsUnfixed: true },
      { source: "osv-npm", asOf: "2026-01-10", records: 1, knowsUnfixed: true },
    ]);
    const index = await indexOf(feeds);
    expect(index.debian("bash", "12")).toMatchObject([{ fixed: "5.2-1" }]);
    expect(index.origins.map((origin) => origin.file)).toEqual(
      Array(3).fill(expect.stringMatching(/feeds-2026-02-03\.archive$/)),
    );
  });

  it("may have compressed members", async () => {
    const { files } = await importFeeds({ "f.tar": makeTar({ "scores.csv.gz": gzipSync(scores) }) });
    expect(files).toMatchObject([{ format: "EPSS", records: 1 }]);
  });

  it("tells when a member without dates is from, unless its name does", async () => {
    const { sources } = await importFeeds({ "s.tar": makeTar({ "scores.csv": scores }) });
    expect(sources).toMatchObject([{ asOf: new Date(testTime * 1000).toISOString().slice(0, 10) }]);
    const zip = makeZip({ "scores.csv": scores }, { timestamp: 0 });
    const folder = await feedFolder({ "s.zip": zip });
    await utimes(join(folder, "s.zip"), new Date("2026-05-07"), new Date("2026-05-07"));
    const report = await importAdvisories([folder], join(folder, ".index"), { now });
    expect(report.sources).toMatchObject([{ asOf: "2026-05-07" }]);
  });

  it("is passed over in a folder where nothing in it is known, and refused where it was named", async () => {
    const nothing = makeTar({ README: "This", "what.json": '{"what":"else"}', "archive.tar": makeTar(members) });
    const { files } = await importFeeds({ "a.tar": nothing, "b.csv": scores });
    expect(files[0]).toMatchObject({ outcome: "skipped", reason: "not advisory data" });
    const folder = await feedFolder({ "a.tar": nothing });
    await expect(importAdvisories([join(folder, "a.tar")], join(folder, "index"), { now })).rejects.toThrow(
      expect.objectContaining({ code: "VULN_FORMAT_UNKNOWN" }),
    );
  });

  it("says what in it is of no known format, and leaves out text that only looks like data", async () => {
    const odd = { "what.json": '{"what":"else"}', "more.json": "[7]", "badge.md": "[![a](b)]", empty: "" };
    const { files } = await importFeeds({ "a.tar": makeTar({ "s.csv": scores, ...odd }) });
    expect(files).toMatchObject([
      { records: 1, notes: [expect.stringMatching(/a\.tar\/what\.json and 1 more are of no known format$/)] },
    ]);
  });

  it("says what in it is too large, and reads the rest", async () => {
    const large = Buffer.alloc(64 * 2 ** 20 + 1, 0x20);
    for (const content of [
      makeTar({ "large.json": large, "s.csv": scores }),
      makeZip({ "large.json": large, "s.csv": scores }),
    ]) {
      const { files } = await importFeeds({ archive: content });
      expect(files).toMatchObject([
        { records: 1, notes: [expect.stringMatching(/archive\/large\.json is too large to be read$/)] },
      ]);
    }
  });

  it.each([
    [
      "a member that is cut off",
      makeTar({ "a.json": debian, "b.json": '{"id":' }),
      /f\/b\.json line 1: the JSON document is cut off/,
    ],
    [
      "a member whose compression is damaged",
      makeTar({ "a.json.gz": gzipSync(debian).subarray(0, 60) }),
      /f\/a\.json\.gz/,
    ],
    ["its end missing", makeTar({ "a.json": debian }).subarray(0, 1500), /f ends too early/],
  ])("is refused with %s", async (_, content, message) => {
    await expect(importFeeds({ f: content })).rejects.toThrow(message);
  });

  it("counts records of a folder, one a file, for each file alone", async () => {
    const { files } = await importFeeds({ "x/a.json": debian, "x/b.json": debian });
    expect(files.map((file) => (file.outcome === "imported" ? file.records : null))).toEqual([1, 1]);
  });
});

describe("formats that are known and not used", () => {
  it.each([
    ["NVD", { format: "NVD_CVE", timestamp: "2026-01-01", vulnerabilities: [] }],
    ["CVE record of version 4", { data_type: "CVE", CVE_data_meta: {} }],
    ["CycloneDX without vulnerabilities", { bomFormat: "CycloneDX", components: [] }],
    ["SPDX", { spdxVersion: "SPDX-2.3", packages: [] }],
  ])("are named: %s", async (format, content) => {
    const { files } = await importFeeds({ "a.json": content, "b.csv": scores });
    expect(files[0]).toMatchObject({ outcome: "skipped", reason: `format ${format} is not used` });
  });
});
