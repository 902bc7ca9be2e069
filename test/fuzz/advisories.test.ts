import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importAdvisories } from "../../src/vuln/import.ts";
import { makeZip } from "../archive/zip/make-zip.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { announcement, lines, now, osvDebian, osvNpm } from "../vuln/examples.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const debian = osvDebian("CVE-2026-0001", { bash: "5.2-1", dash: null }, { aliases: ["GHSA-1"] });
const npm = osvNpm("GHSA-2", "left", [{ introduced: "0" }, { fixed: "1.0.0" }]);

const feeds: readonly (readonly [string, Buffer])[] = [
  ["OSV records one a line", Buffer.from(lines(debian, npm))],
  ["an OSV record", Buffer.from(JSON.stringify(debian, null, 1))],
  ["OSV's zip archive", makeZip({ "a.json": JSON.stringify(debian), "b.json": JSON.stringify(npm) })],
  ["a zip64 archive", makeZip({ "a.json": JSON.stringify(debian) }, { large: true, stored: true })],
  [
    "the DSA/DLA array",
    Buffer.from(JSON.stringify([announcement("DSA-1-1", "2026-01-01", "bash 5.2-1", "CVE-2026-0001")])),
  ],
  [
    "a DSA list",
    Buffer.from("[12 Feb 2025] DSA-1-1 bash - security update\n\t{CVE-2026-0001}\n\t[bookworm] - bash 5.2-1\n"),
  ],
  [
    "the tracker's JSON",
    Buffer.from('{"bash":{"CVE-2026-0001":{"releases":{"bookworm":{"status":"open","urgency":"low"}}}}}'),
  ],
];

describe("feeds with random damage", () => {
  it.each(feeds)("are imported or refused with a reason: %s", async (_, feed) => {
    const folder = await temporaryFolder();
    const path = join(folder, "feed");
    const random = seeded(feed.length);
    let refused = 0;
    for (let round = 0; round < fuzzRounds(60); round++) {
      await writeFile(path, mutate(feed, random));
      if (!(await readsOrRefuses(async () => await importAdvisories([path], join(folder, "index"), { now }))))
        refused++;
    }
    expect(refused).toBeGreaterThan(0);
  });
});
