import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { advisorySources, openAdvisoryIndex } from "../../../src/vuln/index/read.ts";
import { indexVersion } from "../../../src/vuln/index/schema.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { announcement, importFeeds, indexOf, lines, osvDebian, osvNpm } from "../examples.ts";
import { indexWith } from "../index-with.ts";

const invalid = expect.objectContaining({
  code: "VULN_INDEX_INVALID",
  hint: expect.stringContaining("hardpan db import"),
});

async function anIndex(): Promise<string> {
  const records = Array.from({ length: 400 }, (_, i) => osvDebian(`CVE-2026-${1000 + i}`, { bash: `5.${i}-1` }));
  return (await importFeeds({ "a.ndjson": lines(...records) })).index;
}

describe("opening an index", () => {
  it("refuses a path where there is none", async () => {
    const path = join(await temporaryFolder(), "none.sqlite");
    expect(() => openAdvisoryIndex(path)).toThrow(invalid);
  });

  it.each([
    ["an empty file", () => Buffer.alloc(0)],
    ["text", () => Buffer.from("not a database at all, just some text")],
    ["the first half of one", (whole: Buffer) => whole.subarray(0, whole.length >> 1)],
    [
      "one whose first page is damaged",
      (whole: Buffer) => Buffer.concat([whole.subarray(0, 100), Buffer.alloc(4000), whole.subarray(4100)]),
    ],
  ])("refuses %s", async (_, damage) => {
    const path = await anIndex();
    await writeFile(path, damage(await readFile(path)));
    expect(() => {
      const index = openAdvisoryIndex(path);
      index.debian("bash", "12");
      index.vulnerability("CVE-2026-1000").advisories;
    }).toThrow(invalid);
  });

  it.each([
    ["another version", "PRAGMA user_version = 999", new RegExp(`version is 999, this program reads ${indexVersion}`)],
    ["another program's database", "PRAGMA application_id = 7", /not an advisory index/],
    ["one that was not finished", "DELETE FROM meta WHERE key = 'complete'", /not finished/],
    ["one that lacks a table", "DROP TABLE origin", /no such table/],
  ])("refuses %s", async (_, change, message) => {
    const path = await anIndex();
    const database = new DatabaseSync(path);
    database.exec(change);
    database.close();
    expect(() => openAdvisoryIndex(path)).toThrow(invalid);
    expect(() => openAdvisoryIndex(path)).toThrow(message);
  });
});

describe("the sources of an index", () => {
  it("are its origins by name, with the newest date and all records", async () => {
    const index = await indexOf({
      "a.json": [osvDebian("CVE-2026-0001", { bash: null })],
      "b.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])],
      "c.json": [announcement("DSA-1-1", "2025-03-04", "a 1", "CVE-2026-0001")],
      "d.json": [announcement("DSA-2-1", "2025-02-04", "a 2", "CVE-2026-0002")],
    });
    expect(advisorySources(index)).toEqual([
      { source: "debian-advisories", asOf: "2025-03-04", records: 2, knowsUnfixed: false },
      { source: "osv-debian", asOf: "2026-01-10", records: 1, knowsUnfixed: true },
      { source: "osv-npm", asOf: "2026-01-10", records: 1, knowsUnfixed: true },
    ]);
    expect(index.origins.map((origin) => origin.sha256)).toEqual(
      Array(4).fill(expect.stringMatching(/^[0-9a-f]{64}$/)),
    );
  });
});

describe("what is known of a source package, less what is settled", () => {
  const id = "CVE-2026-0001";
  it.each<
    [string, Parameters<typeof indexWith>[0], { readonly installed?: string; readonly base?: number | null }, boolean]
  >([
    ["has not what the installed version mends", { row: { state: "resolved", fixed: "5.0-1" } }, {}, false],
    ["has not what never affected", { row: { state: "not-affected" } }, {}, false],
    ["has what a newer version mends", { row: { state: "resolved", fixed: "5.0-2" } }, {}, true],
    ["has what is open", { row: { state: "open", fixed: "5.0-1" } }, {}, true],
    ["has what nobody knows", { row: { state: "undetermined", fixed: "5.0-1" } }, {}, true],
    ["has a fix without a version", { row: { state: "resolved" } }, {}, true],
    ["has what only another origin calls mended", { row: { state: "resolved", fixed: "5.0-1" } }, { base: 7 }, true],
    ["has all where there is no base", { row: { state: "resolved", fixed: "5.0-1" } }, { base: null }, true],
    [
      "has what only announcements call mended",
      { row: { kind: "advisory", state: "resolved", fixed: "5.0-1" } },
      {},
      true,
    ],
  ])("%s", async (_, parts, by, isThere) => {
    const index = openAdvisoryIndex(await indexWith(parts));
    const base = index.origins[0]?.id ?? null;
    const { rows, settled } = index.debianOpen("bash", "13", { installed: "5.0-1", base, ...by });
    expect(rows.map(({ vulnerability }) => vulnerability)).toEqual(isThere ? [id] : []);
    expect([...settled]).toEqual(isThere ? [] : [id]);
    index.close();
  });
});
