import { rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Ports } from "../../../src/flow/ports.ts";
import type { TestPackage } from "../../support/debian-archive.ts";
import { brief, type Feeds, feedFolder, lines, osvDebian } from "../../vuln/examples.ts";
import { cve, debianLayer, openInBash, world, writeImages } from "./world.ts";

const changelog = (...entries: readonly (readonly [version: string, text: string])[]) =>
  entries
    .map(
      ([version, text]) =>
        `bash (${version}) trixie-security; urgency=high\n\n  * ${text}\n\n -- A <a@example.org>  Sat, 10 Jan 2026 00:00:00 +0000\n`,
    )
    .join("\n");

/** A newer bash, whose changelog names what it mends, and what older versions mended. */
const newBash: TestPackage = {
  ...{ name: "bash", version: "5.2-2", architecture: "amd64", pocket: "security" },
  files: {
    "usr/share/doc/bash/changelog.Debian": changelog(
      ["5.2-2", "Fix CVE-2026-0001. Also CVE-2026-0003."],
      ["5.2-1", "Fix CVE-2026-0005 at last."],
      ["5.1-1", "Begin."],
    ),
  },
};
const bash = debianLayer({ bash: "5.2-1" });
const lists = { main: ["http://127.0.0.1:9/debian"], security: ["http://127.0.0.1:9/debian-security"] };
const unreachable: Partial<Ports> = { mirrors: { ...lists, origin: "configuration" } };
const fromArchive = [
  `bash ${cve} fixed 5.2-2 high archive-changelog`,
  "bash CVE-2026-0003 fixed 5.2-2 unspecified archive-changelog",
];
const open = `bash ${cve} affected - high debian-open`;

async function withImage(feeds: Feeds | null = openInBash) {
  const made = await world({ feeds, archive: [newBash] });
  await writeImages(made.layout, { app: { layers: [bash] } });
  const look = async (archive: "auto" | "always" | "never" = "auto", ports: Partial<Ports> = {}) =>
    await made.cves(`oci-dir://${made.layout}:app`, { archive }, ports);
  return { ...made, look };
}

/** The tracker's own data, of a day. */
const tracker = (status: object) => ({ "tracker.json": { bash: { [cve]: { releases: { trixie: status } } } } });

describe("the Debian archive", () => {
  it("is asked where the index has no recent word of the tracker, and adds what changelogs name", async () => {
    const { look } = await withImage();
    const report = await look("auto");
    expect(brief(report.findings)).toEqual(fromArchive);
    expect(report.findings[0]?.records.map(({ source, id }) => `${source} ${id}`)).toEqual([
      `osv-debian ${cve}`,
      "debian-archive bash 5.2-2",
    ]);
    expect(report.advisories.map(({ source, asOf }) => `${source} ${asOf}`)).toEqual([
      "osv-debian 2026-01-10",
      "debian-archive 2026-01-10",
    ]);
  });

  it("is not asked where it is not to be, and always where it is to be", async () => {
    const { look } = await withImage();
    expect(brief((await look("never")).findings)).toEqual([open]);
    expect((await look("never")).advisories.map(({ source }) => source)).toEqual(["osv-debian"]);
    expect(brief((await look("always")).findings)).toEqual(fromArchive);
  });

  it.each([
    ["2026-01-09", "debian-open"],
    ["2026-01-07", "archive-changelog"],
  ])("is left alone where the tracker's data is less than a week old: that of %s gives %s", async (day, rule) => {
    // A tracker file has no date of its own: that of the file counts.
    const feeds = await feedFolder(tracker({ status: "open", urgency: "high" }));
    const time = new Date(`${day}T00:00:00Z`);
    await utimes(join(feeds, "tracker.json"), time, time);
    const { look } = await withImage(null);
    expect((await look("auto", { advisories: feeds })).findings.find(({ id }) => id === cve)?.rule).toBe(rule);
    expect((await look("always", { advisories: feeds })).findings.find(({ id }) => id === cve)?.rule).toBe(
      "archive-changelog",
    );
  });

  it("alone tells of fixes where there is no index, and leaves unfixed ones unknown", async () => {
    const { look } = await withImage(null);
    const report = await look("auto");
    expect(brief(report.findings)).toEqual([
      `bash ${cve} fixed 5.2-2 unspecified archive-changelog`,
      "bash CVE-2026-0003 fixed 5.2-2 unspecified archive-changelog",
    ]);
    expect(report.vulnerabilities).toMatchObject({ total: 2, fixable: 2, unfixed: null, noDsa: null });
  });

  it("settles what older data calls open by what the installed version's changelog says", async () => {
    const record = { ...osvDebian("CVE-2026-0005", { bash: null }, { ecosystem: "Debian:13", urgency: "high" }) };
    const feeds = { "o.ndjson": lines({ ...record, modified: "2026-01-02T00:00:00Z" }) };
    const { look } = await withImage(feeds);
    expect(brief((await look("never")).findings)).toEqual(["bash CVE-2026-0005 affected - high debian-open"]);
    expect((await look("always")).findings.map(({ id }) => id)).not.toContain("CVE-2026-0005");
  });

  it("that cannot be reached is noted, and the index alone counts", async () => {
    const { look, notes } = await withImage();
    for (const archive of ["auto", "always"] as const) {
      notes.length = 0;
      expect(brief((await look(archive, unreachable)).findings)).toEqual([open]);
      expect(notes).toEqual([
        expect.stringMatching(/^the Debian archive cannot be asked for fixes, going on without it: .*127\.0\.0\.1:9/),
      ]);
    }
  });

  it("signed by a stranger is noted like one that cannot be reached", async () => {
    const { look, notes } = await withImage();
    const trust = { pins: [{ fingerprint: "0".repeat(40), name: "x" }], keyring: async () => new Uint8Array(0) };
    expect(brief((await look("always", { trust })).findings)).toEqual([open]);
    expect(notes).toEqual([expect.stringMatching(/^the Debian archive cannot be asked for fixes/)]);
  });

  it("is not asked for other distributions", async () => {
    const { cves, layout, notes } = await world({ archive: [newBash] });
    const alpine = { "etc/os-release": "ID=alpine\nVERSION_ID=3.20.1\n" };
    const nothing = { "etc/hostname": "x" };
    await writeImages(layout, { alpine: { layers: [alpine] }, nothing: { layers: [nothing] } });
    for (const tag of ["alpine", "nothing"]) {
      await cves(`oci-dir://${layout}:${tag}`, { archive: "always" }, unreachable);
    }
    expect(notes).toEqual([]);
  });
});

describe("what the archive told", () => {
  it("is remembered for offline use, for the same packages and the same index", async () => {
    const { look, notes, archive } = await withImage();
    expect(brief((await look("auto")).findings)).toEqual(fromArchive);
    await rm(archive.directory, { recursive: true });
    const later = { offline: true, now: () => new Date("2027-01-15T00:00:00Z") };
    const report = await look("auto", later);
    expect(brief(report.findings)).toEqual(fromArchive);
    expect(report.advisories.find(({ source }) => source === "debian-archive")?.asOf).toBe("2026-01-10");
    expect(notes).toEqual([]);
  });

  it("is forgotten when the index changed, as other issues may be doubted then", async () => {
    const { look, archive } = await withImage();
    await look("auto");
    await rm(archive.directory, { recursive: true });
    const record = osvDebian("CVE-2026-0005", { bash: null }, { ecosystem: "Debian:13" });
    const advisories = await feedFolder({ "o.ndjson": lines({ ...record, modified: "2026-01-02T00:00:00Z" }) });
    const { findings } = await look("auto", { offline: true, advisories });
    expect(brief(findings)).toEqual([
      `bash ${cve} fixed 5.2-2 unspecified archive-changelog`,
      "bash CVE-2026-0003 fixed 5.2-2 unspecified archive-changelog",
    ]);
  });

  it("holds as long as an archive's index is taken for current", async () => {
    const { look, archive, notes } = await withImage();
    await look("auto", { maxAge: 60_000 });
    await rm(archive.directory, { recursive: true });
    const at = (seconds: number) => ({
      maxAge: 60_000,
      now: () => new Date(Date.parse("2026-01-15T00:00:00Z") + seconds * 1000),
    });
    expect(brief((await look("auto", at(60))).findings)).toEqual(fromArchive);
    expect(notes).toEqual([]);
    await look("auto", at(61));
    expect(notes).toHaveLength(1);
  });

  it("is not taken from a damaged memory", async () => {
    const { look, ports } = await withImage();
    const records: unknown[] = [null, {}, { at: 1, evidence: null }, { at: 1, evidence: {} }, "x"];
    for (const record of records) {
      const read = ports.cache.record;
      const cache: Ports["cache"] = {
        ...ports.cache,
        record: async (kind, key) => (kind.startsWith("archive-evidence") ? record : await read(kind, key)),
      };
      expect(brief((await look("auto", { cache })).findings)).toEqual(fromArchive);
    }
  });

  it("is an interruption where the user ends the work", async () => {
    const { look } = await withImage();
    const ending = new AbortController();
    ending.abort();
    await expect(look("always", { signal: ending.signal })).rejects.toThrow(/abort/i);
  });
});
