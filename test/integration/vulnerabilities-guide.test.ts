import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/cli.ts";
import { lines, osvDebian } from "../vuln/examples.ts";
import { type AppImage, startAppImage, writeAppAdvisories } from "./app-image.ts";
import { expectShown, guideSteps, openGuide } from "./guide.ts";
import { long, missingNetwork, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const steps = guideSteps(await readFile(join(root, "docs", "guides", "vulnerabilities.md"), "utf8"));
const ofApp = steps.filter(({ script }) => script.includes("ghcr.io"));
const ofImages = steps.filter((step) => !ofApp.includes(step));

describe.skipIf(missing !== null)(titled("docs/guides/vulnerabilities.md", missing), () => {
  let place: Awaited<ReturnType<typeof openGuide>>;
  beforeAll(async () => {
    await warmUp();
    place = await openGuide({ HARDPAN_ADVISORIES: "advisories" });
    await writeAdvisories(join(place.folder, "advisories"));
  }, long);
  afterAll(async () => await removeFolder(place.folder));

  it.each(ofImages)(
    "shows what comes of $script",
    async (step) => {
      expect(await expectShown(place, step)).toMatch(/\S/);
    },
    long,
  );
});

describe("docs/guides/vulnerabilities.md", () => {
  it("shows output for most of its commands", () => {
    expect(ofImages.length).toBeGreaterThanOrEqual(7);
    expect(ofImages.filter(({ shown }) => shown !== "").length).toBeGreaterThanOrEqual(5);
  });

  describe("in CI", () => {
    let place: Awaited<ReturnType<typeof openGuide>>;
    let app: AppImage;
    let gate = "";
    beforeAll(async () => {
      place = await openGuide({ HARDPAN_ADVISORIES: "advisories", XDG_CACHE_HOME: "cache" });
      app = await startAppImage();
      await writeAppAdvisories(join(place.folder, "advisories"));
      // Live feeds are not for tests.
      gate = app.placed(ofApp[0]?.script ?? "").replace(/^hardpan db update$/m, "");
    });
    afterAll(async () => {
      await app[Symbol.asyncDispose]();
      await removeFolder(place.folder);
    });

    it("ends with 2 where something counts, and with 0 where a filter leaves it out", async () => {
      expect(ofApp).toHaveLength(1);
      expect(await place.shell(gate)).toMatchObject({
        exitCode: 2,
        stdout: expect.stringContaining("CVE-2026-0001"),
      });
      const narrowed = gate.replace("critical,high", "low");
      expect(narrowed).not.toBe(gate);
      expect(await place.shell(narrowed)).toMatchObject({ exitCode: 0 });
    });

    const without = (script: string) => `unset HARDPAN_ADVISORIES\n${app.placed(script).trim()} --archive never`;

    it("ends with 1 where there is no data, without --max-age too: a gate cannot say that there is nothing", async () => {
      expect(await place.shell(without(gate))).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("(VULN_TOO_OLD)"),
      });
      const careless = gate.replace(" --max-age 7d", "");
      expect(careless).not.toBe(gate);
      expect(await place.shell(without(careless))).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("(VULN_NO_ADVISORIES)"),
      });
    });

    it.each([
      "hardpan quickview ghcr.io/acme/app:1.0",
      "hardpan cves ghcr.io/acme/app:1.0",
      "hardpan cves ghcr.io/acme/app:1.0 --format only-packages",
      "hardpan cves ghcr.io/acme/app:1.0 --explain CVE-2026-0001",
      "hardpan recommendations ghcr.io/acme/app:1.0 --only-packages",
    ])("says in place of zeros that nothing is known without any advisories: %s", async (script) => {
      const { exitCode, stdout, stderr } = await place.shell(without(script));
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(nothing) });
      expect(stdout.replace(/\s+/g, " ")).toMatch(nothing);
      expect(stdout).not.toMatch(/\b0(?:C\b| vulnerabilities| known)|No vulnerabilities/);
    });

    it("says so in JSON, where numbers that are not known are null", async () => {
      const { stdout } = await place.shell(without("hardpan cves ghcr.io/acme/app:1.0 --json"));
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ advisories: [], vulnerabilities: { unfixed: null, noDsa: null } });
      expect(report.notes).toEqual([expect.stringMatching(nothing)]);
    });
  });
});

const nothing = /Nothing is known of vulnerabilities: .*`hardpan db update`.*`hardpan db import DIR`/;

/** Advisories as the guide's outputs rest on: what has no fix in Debian 12, what its team decided, and EPSS. */
async function writeAdvisories(folder: string): Promise<void> {
  const rated = (score: string) => ({ severity: [{ type: "CVSS_V3", score: `CVSS:3.1/${score}` }] });
  const remote = rated("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
  const local = rated("AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H");
  const records = [
    osvDebian("CVE-2023-45853", { zlib: null }, remote),
    osvDebian("CVE-2024-22365", { pam: null }, local),
    osvDebian("CVE-2016-2781", { coreutils: null }, { urgency: "low" }),
    osvDebian("CVE-2017-18018", { coreutils: null }, { urgency: "unimportant" }),
    osvDebian("CVE-2011-3374", { apt: null }, { urgency: "unimportant" }),
    osvDebian("CVE-2010-4756", { glibc: null }, { urgency: "unimportant" }),
  ];
  const decided = [
    ["zlib", "CVE-2023-45853"],
    ["pam", "CVE-2024-22365"],
    ["coreutils", "CVE-2016-2781"],
  ].map(([name, cve]) => ({
    ...{
      ns: "debian",
      name,
      version: "1",
      distro: "bookworm",
      cve,
      status: "not_affected",
      ts: "2026-01-05T09:31:26Z",
    },
    justification: "vulnerable_code_cannot_be_controlled_by_adversary",
    notes: "Marked no-dsa by Debian Security Team",
  }));
  const scores = ["CVE-2023-45853,0.03183,0.87", "CVE-2016-2781,0.0039,0.3", "CVE-2017-18018,0.0034,0.2"];
  await mkdir(folder);
  await writeFile(join(folder, "debian.ndjson"), lines(...records));
  await writeFile(join(folder, "decisions.json"), JSON.stringify(decided));
  await writeFile(
    join(folder, "epss.csv"),
    `#model_version:v2025.03.14,score_date:2026-03-04T12:55:00Z\ncve,epss,percentile\n${scores.join("\n")}\n`,
  );
}
