import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { listFeeds } from "../../../src/flow/db/feeds.ts";
import { importFeeds } from "../../../src/flow/db/import.ts";
import { indexStatus } from "../../../src/flow/db/status.ts";
import { updateFeeds } from "../../../src/flow/db/update.ts";
import type { Ports } from "../../../src/flow/ports.ts";
import { makeDebianArchive } from "../../support/debian-archive.ts";
import { flowPorts, makeCatalog } from "../../support/flow.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { feedFolder, osvNpm } from "../../vuln/examples.ts";
import { osvZip, tracker } from "../../vuln/live/feed-server.ts";

const only = ["debian-tracker", "osv-npm", "kev"];

/** Ports over a mirror in a folder, and what was noted. */
async function setup() {
  const mirror = await temporaryFolder();
  await writeFile(join(mirror, "debian-tracker"), tracker("low"));
  await writeFile(join(mirror, "osv-npm"), osvZip(osvNpm("GHSA-1", "left", [{ introduced: "0" }])));
  const notes: string[] = [];
  const [directory, cache] = [await temporaryFolder(), await temporaryFolder()];
  const archive = await makeDebianArchive({ directory, packages: [] });
  const usual = await flowPorts({ archive, catalog: await makeCatalog(join(directory, "catalog"), {}), cache });
  const ports: Ports = {
    ...usual,
    feedAddresses: { mirror: pathToFileURL(mirror).href, replaced: {} },
    report: { ...usual.report, note: (text) => notes.push(text) },
  };
  return {
    mirror,
    notes,
    ports,
    later: (days: number): Ports => ({ ...ports, now: () => new Date(ports.now().getTime() + days * 86_400_000) }),
  };
}

describe("updating from a mirror in a folder", () => {
  it("takes what is there, leaves out what only adds to it, and says so", async () => {
    const { ports, notes } = await setup();
    const { feeds } = await updateFeeds({ only, strict: false }, ports);
    expect(feeds.map((one) => one.outcome)).toEqual(["new", "new", "missing"]);
    expect(notes).toEqual([
      expect.stringMatching(/^warning: kev is left out: cannot fetch CISA known exploited vulnerabilities: file:.*404/),
    ]);
    await expect(updateFeeds({ only, strict: true }, ports)).rejects.toMatchObject({ code: "VULN_LIVE_FAILED" });
  });

  it("tells how old a copy is that it goes on with", async () => {
    const { ports, notes, mirror, later } = await setup();
    await updateFeeds({ only, skip: ["kev"], strict: false }, ports);
    await rm(join(mirror, "osv-npm"));
    await updateFeeds({ only, skip: ["kev"], strict: false }, later(3));
    expect(notes).toEqual([
      expect.stringMatching(
        /^warning: osv-npm: going on with the copy of \d{4}-\d\d-\d\d \(3 days old\): cannot fetch/,
      ),
    ]);
  });

  it("is refused for names and addresses of feeds that do not exist, before anything is fetched", async () => {
    const { ports } = await setup();
    await expect(updateFeeds({ only: ["kve"], strict: false }, ports)).rejects.toMatchObject({
      code: "VULN_FEED_UNKNOWN",
    });
    const odd = { ...ports, feedAddresses: { mirror: null, replaced: { kve: "https://x.example/" } } };
    expect(() => listFeeds({}, odd)).toThrow(expect.objectContaining({ code: "VULN_FEED_UNKNOWN" }));
  });

  it("is listed with the addresses in use, without passwords", async () => {
    const { ports } = await setup();
    const replaced = { kev: "https://ada:secret@x.example/kev?token=secret" };
    const listed = listFeeds({ only: ["kev", "epss"] }, { ...ports, feedAddresses: { mirror: null, replaced } });
    expect(listed.map((one) => one.url)).toEqual([
      "https://x.example/kev?…",
      "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    ]);
  });
});

describe("the state of the index", () => {
  it("tells each source's age in days and the feeds it was made of", async () => {
    const { ports, later } = await setup();
    await expect(indexStatus(ports)).rejects.toMatchObject({ code: "VULN_INDEX_INVALID" });
    const records = osvNpm("GHSA-1", "left", [{ introduced: "0" }], { modified: "2026-01-10T00:00:00Z" });
    const folder = await feedFolder({
      "a.json": [records],
      "b.json": [{ ...records, id: "GHSA-2", modified: "2026-01-12T00:00:00Z" }],
    });
    await importFeeds([folder], ports);
    const { sources } = await indexStatus(later(10));
    expect(sources).toMatchObject([
      {
        source: "osv-npm",
        asOf: "2026-01-12",
        ageDays: 13,
        records: 2,
        feeds: [
          { asOf: "2026-01-10T00:00:00Z", ageDays: 15, dated: true, records: 1 },
          { asOf: "2026-01-12T00:00:00Z", ageDays: 13 },
        ],
      },
    ]);
  });
});
