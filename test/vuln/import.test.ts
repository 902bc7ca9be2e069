import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { compressSync } from "@napi-rs/lzma/xz";
import { describe, expect, it } from "vitest";
import { importAdvisories } from "../../src/vuln/import.ts";
import { openAdvisoryIndex } from "../../src/vuln/index/read.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { announcement, feedFolder, importFeeds, indexOf, lines, now, osvDebian } from "./examples.ts";

const record = osvDebian("CVE-2026-0001", { bash: "5.2-1" });
const feed = lines(record, osvDebian("CVE-2026-0002", { dash: null }));

describe("importing a folder", () => {
  it.each([
    ["plain", feed],
    ["gzip", gzipSync(feed)],
    ["xz", compressSync(Buffer.from(feed))],
    ["zstd", zstdCompressSync(feed)],
    ["zstd in two frames", Buffer.concat([zstdCompressSync(lines(record)), zstdCompressSync(lines(record, record))])],
  ])("reads feeds compressed as %s, whatever their names", async (_, content) => {
    const index = await indexOf({ "no-telling-name": content });
    expect(index.debian("bash", "12")[0]?.fixed).toBe("5.2-1");
  });

  it("tells the formats of feeds by their content, and leaves alone what is no advisory data", async () => {
    const dhi = {
      ns: "debian",
      name: "apt",
      distro: "bookworm",
      cve: "CVE-2026-0001",
      status: "affected",
      ts: "2026-01-01",
    };
    const { files } = await importFeeds({
      "a-scores": "CVE-1999-1593;0.181260000;0.969460000\nCVE-1999-1592;0.1;0.2\n",
      "b-exploited": { title: "x", catalogVersion: "1", vulnerabilities: [] },
      "c-alpine": lines(
        ...[1, 2].map((n) => ({ path: `${n}`, r: { distroversion: "v3.20", reponame: "main", packages: [] } })),
      ),
      "d-node": { 1: { cve: [], vulnerable: "8.x", patched: "^8.1.4" } },
      "e-dhi": [dhi],
      "f-rows": [announcement("DSA-1-1", "2026-01-01", "a 1", "CVE-2026-0001")],
      "README.md": "# What this is\n",
      ".hidden": "{ broken",
    });
    expect(files.map((file) => (file.outcome === "skipped" ? file.reason : file.format))).toEqual([
      "not advisory data",
      "EPSS",
      "KEV",
      "Alpine secdb",
      "Node.js advisories",
      "DHI statements on Debian",
      "DSA/DLA array",
    ]);
  });

  it("refuses data of an unknown format by name", async () => {
    await expect(importFeeds({ "a.ndjson": feed, "b.json": { what: "else" } })).rejects.toThrow(
      expect.objectContaining({ code: "VULN_FORMAT_UNKNOWN", message: expect.stringMatching(/b\.json line 1/) }),
    );
  });

  it("refuses a file that was named and is no advisory data", async () => {
    const folder = await feedFolder({ "README.md": "# What this is\n" });
    await expect(importAdvisories([join(folder, "README.md")], join(folder, "index"), { now })).rejects.toThrow(
      expect.objectContaining({ code: "VULN_FORMAT_UNKNOWN" }),
    );
  });

  it("refuses paths that do not exist and folders with nothing of use", async () => {
    const folder = await feedFolder({ "README.md": "# What this is\n" });
    await expect(importAdvisories([join(folder, "none")], join(folder, "index"), { now })).rejects.toThrow(
      expect.objectContaining({ code: "VULN_FEED_UNREADABLE" }),
    );
    await expect(importAdvisories([folder], join(folder, "index"), { now })).rejects.toThrow(
      expect.objectContaining({
        code: "VULN_NOTHING_TO_IMPORT",
        message: expect.stringMatching(/README\.md: not advisory/),
      }),
    );
  });

  it("refuses compressed data that is cut off or damaged", async () => {
    const whole = zstdCompressSync(
      lines(...Array.from({ length: 500 }, (_, i) => osvDebian(`CVE-2026-${1000 + i}`, { a: `${i}` }))),
    );
    await expect(importFeeds({ "a.zst": whole.subarray(0, -5) })).rejects.toThrow(/a\.zst/);
    const flipped = Buffer.from(gzipSync(feed));
    flipped[30] = (flipped[30] ?? 0) ^ 0xff;
    await expect(importFeeds({ "a.gz": flipped })).rejects.toThrow(/a\.gz/);
  });
});

describe("the date of the data", () => {
  it("is the newest record's, not the import's or the file's name", async () => {
    const rows = [
      announcement("DSA-1-1", "2025-03-04", "a 1", "CVE-2026-0001"),
      announcement("DSA-2-1", "2025-01-01", "a 1"),
    ];
    const { sources } = await importFeeds({ "rows-2026-05-05.json": rows });
    expect(sources).toMatchObject([{ asOf: "2025-03-04", records: 2 }]);
  });

  it("is not taken from a record of the future", async () => {
    const { sources } = await importFeeds({ "a.json": [record, { ...record, modified: "2999-01-01T00:00:00Z" }] });
    expect(sources).toMatchObject([{ asOf: "2026-01-10" }]);
  });

  it.each([
    ["kev-2026-03-04.json", "2026-03-04"],
    ["kev-2025-01-30..2026-05-06.json", "2026-05-06"],
    ["kev-2999-01-01-since-2026-02-03.json", "2026-02-03"],
    ["security-support_1%3a12+2026.04.30_all.json", "2026-04-30"],
    ["kev-2026-04.30.json", "2026-05-07"],
    ["kev-2026-02-31.json", "2026-05-07"],
    ["kev-120261-01-012.json", "2026-05-07"],
    ["kev.json", "2026-05-07"],
  ])("is that in the file's name for a feed without dates, else the file's own: %s", async (name, asOf) => {
    const folder = await feedFolder({ [name]: { 1: { cve: [], vulnerable: "8.x" } } });
    await utimes(join(folder, name), new Date("2026-05-07"), new Date("2026-05-07"));
    const { sources, index } = await importAdvisories([folder], join(folder, ".index"), { now });
    expect(sources).toMatchObject([{ asOf }]);
    const opened = openAdvisoryIndex(index);
    expect(opened.origins.map(({ dated }) => dated)).toEqual([false]);
    opened.close();
  });

  it("is what the caller says for a feed without dates", async () => {
    const folder = await feedFolder({
      "t.json": { bash: { "CVE-1": { releases: { bookworm: { status: "open" } } } } },
    });
    const report = await importAdvisories([{ path: join(folder, "t.json"), asOf: "2026-04-05T06:00:00Z", name: "tracker" }], join(folder, "index"), { now }); // biome-ignore format: one line
    expect(report.sources).toMatchObject([{ asOf: "2026-04-05" }]);
    expect(report.files).toMatchObject([{ file: "tracker" }]);
  });
});

describe("swapping in the new index", () => {
  it("leaves the old one when an import fails, and nothing half-written", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "index.sqlite");
    await importAdvisories([await feedFolder({ "a.ndjson": feed })], path, { now });
    const before = await readFile(path);
    await expect(importAdvisories([await feedFolder({ "b.json": "[1" })], path, { now })).rejects.toThrow();
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(folder)).toEqual(["index.sqlite"]);
  });

  it("lets a reader go on with what it opened", async () => {
    const path = join(await temporaryFolder(), "index.sqlite");
    await importAdvisories([await feedFolder({ "a.ndjson": feed })], path, { now });
    const reader = openAdvisoryIndex(path);
    const changed = lines(osvDebian("CVE-2026-0009", { bash: "9" }), record);
    await importAdvisories([await feedFolder({ "a.ndjson": changed })], path, { now });
    expect(reader.debian("bash", "12").map((row) => row.fixed)).toEqual(["5.2-1"]);
    reader.close();
    const next = openAdvisoryIndex(path);
    expect(next.debian("bash", "12").map((row) => row.fixed)).toEqual(["9", "5.2-1"]);
    next.close();
  });

  it("stops on request, and the old index stays", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "index.sqlite");
    const feeds = await feedFolder({ "a.ndjson": feed });
    await importAdvisories([feeds], path, { now });
    const reason = new Error("stopped");
    await expect(importAdvisories([feeds], path, { now, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(["index.sqlite"]);
  });

  it("says so when the index cannot be written", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    const feeds = await feedFolder({ "a.ndjson": feed });
    await expect(importAdvisories([feeds], join(folder, "file", "index.sqlite"), { now })).rejects.toThrow(
      expect.objectContaining({ code: "VULN_INDEX_UNWRITABLE" }),
    );
  });

  it("clears away what an import left behind that died long ago, and nothing younger", async () => {
    const folder = await temporaryFolder();
    const [old, young] = [".index.sqlite.1-a.partial", ".index.sqlite.2-b.partial"];
    for (const name of [old, young]) await writeFile(join(folder, name), "");
    const { utimes } = await import("node:fs/promises");
    await utimes(join(folder, old), now, new Date(now.getTime() - 7_200_000));
    await utimes(join(folder, young), now, now);
    await importAdvisories([await feedFolder({ "a.ndjson": feed })], join(folder, "index.sqlite"), { now });
    expect((await readdir(folder)).sort()).toEqual([young, "index.sqlite"].sort());
  });
});
