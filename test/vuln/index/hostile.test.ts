import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { checkIndex } from "../../../src/vuln/bundle/inspect.ts";
import { openAdvisoryIndex } from "../../../src/vuln/index/read.ts";
import { importFeeds, lines, osvDebian } from "../examples.ts";

/** An index that somebody changed with SQL. */
async function changed(sql: string): Promise<string> {
  const { index } = await importFeeds({ "a.ndjson": lines(osvDebian("CVE-2026-0001", { bash: null })) });
  const database = new DatabaseSync(index);
  database.exec(sql);
  database.close();
  return index;
}

const refused = (why: RegExp) =>
  expect.objectContaining({ code: "VULN_INDEX_INVALID", message: expect.stringMatching(why) });

const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT 'bash', '12', x FROM c";
const huge = "printf('%.*c', 400000000, '[')";

describe("an index made by somebody else than an import", () => {
  it.each([
    [
      "a view that never ends",
      `DROP TABLE debian; CREATE VIEW debian(package, release, rows) AS ${endless}`,
      /view deb/,
    ],
    [
      "a column that is computed",
      `DROP TABLE debian; CREATE TABLE debian(package TEXT, release TEXT, rows TEXT AS (${huge}));
        INSERT INTO debian VALUES ('bash', '12')`,
      /table debian that no import makes/,
    ],
    [
      "a constraint that is computed",
      `DROP TABLE lifetime; CREATE TABLE lifetime(release TEXT PRIMARY KEY, CHECK (length(${huge}) > 1)) WITHOUT ROWID`,
      /table lifetime that no import makes/,
    ],
    ["a trigger", "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM debian; END", /trigger t/],
    ["an index over an expression", "CREATE INDEX i ON support(lower(note))", /index i/],
    ["a table besides", "CREATE TABLE sqlite(a)", /table sqlite that/],
    ["a virtual table", "CREATE VIRTUAL TABLE v USING fts5(a)", /table v/],
    ["less tables", "DROP TABLE support", /no such table as support/],
  ])("is refused where it has %s, before anything is asked of it", async (_, sql, why) => {
    const path = await changed(sql);
    expect(() => openAdvisoryIndex(path)).toThrow(refused(why));
    expect(() => checkIndex(path)).toThrow(refused(why));
  });

  it.each([
    ["blanks", "'[' || printf('%.*c', 100000000, ' ') || ']'"],
    ["lists", "'[' || replace(printf('%.*c', 20000000, 'x'), 'x', '[],') || '[]]'"],
  ])("is refused where all of one package is more than is read, of %s", async (_, value) => {
    const path = await changed(`UPDATE debian SET rows = ${value}`);
    const index = openAdvisoryIndex(path);
    expect(() => index.debian("bash", "12")).toThrow(refused(/too big/));
    index.close();
  });

  it("is refused where it names more origins than are read", async () => {
    const path = await changed(`WITH RECURSIVE c(x) AS (SELECT 10 UNION ALL SELECT x + 1 FROM c WHERE x < 20000)
      INSERT INTO origin SELECT x, 's' || x, 'f', 'f', NULL, '2026-01-01', 1, NULL, 1, 0 FROM c`);
    expect(() => openAdvisoryIndex(path)).toThrow(refused(/more than 10000 origins/));
  });
});
