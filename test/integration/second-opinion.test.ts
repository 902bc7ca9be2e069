import { beforeAll, describe, expect, it } from "vitest";
import type { SbomPackage } from "../../src/sbom/model.ts";
import type { CvesReport } from "../../src/vuln/model.ts";
import { hardpanJson } from "../support/cli.ts";
import { naiveMatch, naiveText } from "../vuln/naive-match.ts";
import { sharedData } from "../vuln/shared-data.ts";
import { long, missingNetwork, titled } from "./shared.ts";

/** Hardened images, their development variants and conventional ones, of both releases. */
const images = [
  ...["node:22-debian13", "node:24-debian13", "node:26-debian13", "node:22-debian12", "node:24-debian12"],
  ...["node:24-debian13-dev", "node:24-debian12-dev", "python:3.13-debian13", "python:3.13-debian13-dev"],
  ...["python:3.11-debian12", "postgres:17-debian13", "postgres:17-debian13-compat", "nginx:1.26-debian13"],
  ...["nginx:1.26-debian13-dev", "busybox:1-debian13", "debian-base:bookworm", "debian-base:trixie"],
  ...["debian-base:bookworm-dev", "debian-base:trixie-dev"],
].map((name) => `catalog://${name}`);

const conventional = ["baseline://node:24-bookworm-slim", "baseline://node:24-trixie-slim"];

const data = sharedData === null ? "there is no ../shared/data" : null;

describe(titled("an independent matcher, naive and direct from the records", data, await missingNetwork()), () => {
  const isSkipped = sharedData === null;

  beforeAll(() => {
    expect(images.length + conventional.length).toBeGreaterThanOrEqual(20);
  });

  it.skipIf(isSkipped).each([...images, ...conventional])(
    "finds the same set on %s",
    async (reference) => {
      const environment = { HARDPAN_ADVISORIES: sharedData ?? "" };
      const report: CvesReport = await hardpanJson(["cves", reference, "--archive", "never"], { environment });
      const { packages }: { packages: readonly SbomPackage[] } = await hardpanJson(["sbom", reference]);
      const codename = report.distribution?.codename === "trixie" ? "trixie" : "bookworm";
      const naive = [...naiveMatch(packages, codename)].sort();
      expect(report.findings.map(naiveText).sort()).toEqual(naive);
    },
    long,
  );

  it.skipIf(isSkipped).each(conventional)(
    "every finding on %s is traced to a record of the data and a rule, and so are the totals",
    async (reference) => {
      const environment = { HARDPAN_ADVISORIES: sharedData ?? "" };
      const report: CvesReport = await hardpanJson(["cves", reference], { environment });
      const sources = new Set(report.advisories.map(({ source }) => source));
      expect(report.findings.length).toBeGreaterThan(20);
      for (const { records, rule } of report.findings) {
        expect(records.length).toBeGreaterThan(0);
        expect(records.filter(({ source }) => !sources.has(source))).toEqual([]);
        expect(rule).toMatch(/^[a-z-]+$/);
      }
      const { total, fixable, unfixed, ...bySeverity } = report.vulnerabilities;
      expect(fixable + (unfixed ?? Number.NaN)).toBe(total);
      const { critical, high, medium, low, negligible, unspecified } = bySeverity;
      expect(critical + high + medium + low + negligible + unspecified).toBe(total);
    },
    long,
  );

  it.skipIf(isSkipped).each(conventional)(
    "the counts of the four policies on %s differ only by their rules",
    async (reference) => {
      const environment = { HARDPAN_ADVISORIES: sharedData ?? "" };
      const of = async (policy: string): Promise<CvesReport> =>
        await hardpanJson(["cves", reference, "--debian-policy", policy], { environment });
      const all = await of("all");
      expect(all.policyEffects).toEqual([]);
      for (const policy of ["scout", "grype", "trivy"]) {
        const report = await of(policy);
        expect(report.policy).toBe(policy);
        const kept = new Set(report.findings.map(({ id, package: { purl } }) => `${id} ${purl}`));
        const missing = all.findings.filter(({ id, package: { purl } }) => !kept.has(`${id} ${purl}`));
        const changed = report.findings.filter(({ id, package: { purl }, severity }) =>
          all.findings.some((one) => one.id === id && one.package.purl === purl && one.severity !== severity),
        );
        const told = report.policyEffects.reduce((sum, { findings }) => sum + findings, 0);
        expect(missing.length + changed.length, policy).toBe(told - unchangedLow(all, report));
      }
    },
    long,
  );
});

/** A finding may be called low by a policy's rule that once-per-source then leaves out: it is told by both. */
function unchangedLow(all: CvesReport, report: CvesReport): number {
  const low = report.policyEffects.find(({ rule }) => rule === "unimportant-is-low")?.findings ?? 0;
  if (!report.policyEffects.some(({ rule }) => rule === "once-per-source")) return 0;
  const kept = new Set(report.findings.map(({ id, package: { purl } }) => `${id} ${purl}`));
  const negligible = all.findings.filter(({ severity }) => severity === "negligible");
  return low - negligible.filter(({ id, package: { purl } }) => kept.has(`${id} ${purl}`)).length;
}
