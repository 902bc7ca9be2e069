import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openAdvisories } from "../../../src/flow/vuln/advisories.ts";
import { defaultIndexPath } from "../../../src/vuln/index/place.ts";
import { refusal } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { brief, feedFolder, lines, osvDebian } from "../../vuln/examples.ts";
import { indexWith } from "../../vuln/index-with.ts";
import { cve, debian, openInBash, world, writeImages } from "./world.ts";

const bash = `bash ${cve} affected - high debian-open`;

/** A world with one image, and what is found in it with these advisories. */
async function withImage(options: Parameters<typeof world>[0] = {}) {
  const made = await world(options);
  await writeImages(made.layout, { app: { layers: [debian] } });
  const look = async (advisories: string | null) => await made.cves(`oci-dir://${made.layout}:app`, {}, { advisories });
  return { ...made, look };
}

describe("advisories", () => {
  it("are those of a folder of feeds, read again only when a feed changes", async () => {
    const folder = await feedFolder(openInBash);
    const { look, ports } = await withImage();
    const steps: string[] = [];
    const report = { ...ports.report, step: (text: string) => void steps.push(text) };
    const path = async () => {
      using opened = await openAdvisories({ ...ports, report, advisories: folder });
      return opened.index?.path ?? null;
    };
    const first = await path();
    expect(steps).toContain(`importing advisories from ${folder}`);
    steps.length = 0;
    expect(await path()).toBe(first);
    expect(steps).toEqual([]);
    expect((await look(folder)).vulnerabilities.total).toBe(2);
    await writeFile(join(folder, "osv.ndjson"), lines(osvDebian(cve, { bash: "5.2-1" }, { ecosystem: "Debian:13" })));
    expect(await path()).not.toBe(first);
    expect((await look(folder)).vulnerabilities.total).toBe(0);
  });

  it("are those of an index that is named", async () => {
    const { look } = await withImage();
    expect(brief((await look(await indexWith())).findings)).toEqual([bash]);
  });

  it("are those of the index that is kept where none are named", async () => {
    const { look, ports } = await withImage();
    const place = await defaultIndexPath(ports.cache);
    await mkdir(dirname(place), { recursive: true });
    await copyFile(await indexWith(), place);
    expect(brief((await look(null)).findings)).toEqual([bash]);
  });

  it("that are nowhere leave everything unknown, and nothing is called fixed or unfixed", async () => {
    const { look } = await withImage();
    const report = await look(null);
    expect(report).toMatchObject({
      advisories: [],
      findings: [],
      notes: [expect.stringContaining("hardpan db update")],
    });
    expect(report.vulnerabilities).toMatchObject({ total: 0, unfixed: null, noDsa: null });
  });

  it.each([
    ["is not there", async (path: string) => await rm(path)],
    ["is cut short", async (path: string) => await writeFile(path, (await readFile(path)).subarray(0, 5000))],
    ["is no database", async (path: string) => await writeFile(path, "no database ".repeat(500))],
    ["is empty", async (path: string) => await writeFile(path, "")],
    ["has its pages overwritten", async (path: string) => await damage(path)],
  ])("in an index that %s are an error that names it, never an empty answer", async (what, harm) => {
    const { look, ports } = await withImage();
    const named = join(await temporaryFolder(), "named.sqlite");
    await copyFile(await indexWith(), named);
    await harm(named);
    const absent = what === "is not there";
    await expect(look(named)).rejects.toEqual(refusal(absent ? "VULN_FEED_UNREADABLE" : "VULN_INDEX_INVALID", named));
    if (absent) return;
    const kept = await defaultIndexPath(ports.cache);
    await mkdir(dirname(kept), { recursive: true });
    await copyFile(named, kept);
    await expect(look(null)).rejects.toEqual(refusal("VULN_INDEX_INVALID", kept));
  });

  it("in a folder without a feed, or with one that is damaged, are an error that names it", async () => {
    const { look } = await withImage();
    const empty = await temporaryFolder();
    await expect(look(empty)).rejects.toEqual(refusal("VULN_NOTHING_TO_IMPORT", empty));
    const damaged = await feedFolder({ "osv.ndjson": '{"id": "CVE-1", "affected": [' });
    await expect(look(damaged)).rejects.toMatchObject({ code: expect.stringMatching(/^VULN_/) });
  });
});

/** Keeps the first page, which says what the file is, and breaks the others. */
async function damage(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0x5a, 4096);
  await writeFile(path, bytes);
}
