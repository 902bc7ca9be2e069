import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { sharedData } from "../vuln/shared-data.ts";
import { schemaProblems } from "./json-schema.ts";
import { long, missingNetwork, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const noData = sharedData === null ? "no advisory data in ../shared/data" : null;
const hardened = "catalog://node:24-debian13";

describe.skipIf(missing !== null).each([
  ["Debian 12", "node:24-bookworm-slim"],
  ["Debian 13", "node:24-trixie-slim"],
])(titled("against the patched conventional image of %s", missing), (_, official) => {
  const compare = ["compare", hardened, "--to", `baseline://${official}`];
  let comparison: Json;
  beforeAll(async () => {
    await warmUp();
    comparison = await hardpanJson(compare);
  }, long);

  it("has at least 90 % fewer packages", () => {
    const [before, after] = totals(comparison);
    expect(before).toBeGreaterThan(200);
    expect(1 - after / before).toBeGreaterThanOrEqual(0.9);
  });

  it("is at least 41.5 % smaller, compressed", () => {
    const { baseline, analysed } = comparison;
    expect(1 - analysed.size.compressed / baseline.size.compressed).toBeGreaterThanOrEqual(0.415);
  });

  it("has nothing left that the archive has a fix for", () => {
    expect(comparison.analysed.vulnerabilities.fixable).toBe(0);
  });

  it("says that unfixed vulnerabilities are unknown unless a source lists them", () => {
    expect(comparison.advisories).toContainEqual(expect.objectContaining({ source: "debian-archive" }));
    // A trial has left the live tracker's answer in the cache, where it can be reached.
    const isKnown = comparison.advisories.some(({ knowsUnfixed }: Json) => knowsUnfixed);
    const unfixed = isKnown ? expect.any(Number) : null;
    expect(comparison.baseline.vulnerabilities).toMatchObject({ unfixed });
    expect(comparison.analysed.vulnerabilities).toMatchObject({ unfixed });
  });

  it(
    "writes each format to a file as it prints it",
    async () => {
      const folder = await temporaryFolder();
      for (const [format, beginning] of [
        ["text", "┌"],
        ["markdown", "## "],
        ["json", "{\n"],
      ] as const) {
        const file = join(folder, format);
        const { stdout, exitCode } = await hardpan([...compare, "--format", format, "--output", file]);
        expect({ stdout, exitCode }).toEqual({ stdout: `${file}\n`, exitCode: 0 });
        expect((await readFile(file, "utf8")).startsWith(beginning)).toBe(true);
      }
    },
    long,
  );

  it("names the conventional image as a reconstruction, with its date", () => {
    expect(comparison.baseline.notes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^reconstruction of ${official}, \\d{4}-\\d\\d-\\d\\d$`)),
      ]),
    );
  });

  it("runs as uid 1000 without shell and package manager, where the other has both", () => {
    expect(comparison.analysed).toMatchObject({ user: "1000", shells: [], packageManagers: [] });
    expect(comparison.baseline.shells).toEqual(expect.arrayContaining(["/usr/bin/bash"]));
    expect(comparison.baseline.packageManagers).toEqual(expect.arrayContaining(["apt", "dpkg", "npm"]));
  });

  it("adds up: baseline − removed + added = analysed", () => {
    const { removed, added } = comparison.changes.packages;
    const [before, after] = totals(comparison);
    expect(before - removed.length + added.length).toBe(after);
  });

  it("prints JSON as docs/schema describes it", () => {
    expect(schemaProblems("compare", comparison)).toEqual([]);
  });

  describe.skipIf(noData !== null)(titled("with advisories from disk", noData), () => {
    let informed: Json;
    beforeAll(async () => {
      informed = await hardpanJson(compare, { environment: { HARDPAN_ADVISORIES: sharedData ?? "" } });
    }, long);

    it("finds vulnerabilities in the conventional image and strictly fewer in the hardened one", () => {
      const { baseline, analysed } = informed;
      expect(baseline.vulnerabilities.total).toBeGreaterThan(0);
      expect(analysed.vulnerabilities.total).toBeLessThan(baseline.vulnerabilities.total);
      expect(analysed.vulnerabilities.fixable).toBe(0);
      expect(baseline.vulnerabilities.unfixed).toBeGreaterThan(0);
    });

    it("explains each finding that is gone by the package removed or the version that fixes it", () => {
      const { removed, added } = informed.changes.vulnerabilities;
      const names = new Set(informed.changes.packages.removed.map(({ name }: Json) => name));
      for (const { package: of, explanation, records } of removed) {
        expect(records.length).toBeGreaterThan(0);
        expect(["package-removed", "version-changed"].includes(explanation.kind) || explanation).toBe(true);
        if (explanation.kind === "package-removed") expect(names).toContain(of.name);
        else expect(explanation.version).toMatch(/\d/);
      }
      const { baseline, analysed } = informed;
      expect(baseline.vulnerabilities.total - removed.length + added.length).toBe(analysed.vulnerabilities.total);
    });

    it("names its sources with their dates, and the record and rule of each finding", () => {
      const sources = informed.advisories.map(({ source }: Json) => source);
      expect(sources).toEqual(expect.arrayContaining(["debian-advisories", "debian-archive", "osv-debian"]));
      for (const { asOf } of informed.advisories) expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
      for (const finding of informed.changes.vulnerabilities.removed) {
        expect(finding.rule).toMatch(/^[a-z-]+$/);
        for (const record of finding.records) expect(sources).toContain(record.source);
      }
    });
  });
});

describe.skipIf(missing !== null)(titled("hardpan compare", missing), () => {
  beforeAll(warmUp, long);

  it(
    "follows the flags in JSON when the hardened image is the baseline",
    async () => {
      const turned = await hardpanJson(["compare", "baseline://node:24-bookworm-slim", "--to", hardened]);
      expect(turned).toMatchObject({
        baseline: { reference: hardened },
        analysed: { reference: "baseline://node:24-bookworm-slim" },
      });
      const [before, after] = totals(turned);
      expect(after).toBeGreaterThan(before);
    },
    long,
  );
});

function totals({ baseline, analysed }: Json): readonly [before: number, after: number] {
  return [baseline.packages.total, analysed.packages.total];
}
