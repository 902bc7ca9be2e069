import { describe, expect, it } from "vitest";
import { countFindings } from "../../src/vuln/match/count.ts";
import type { CvesReport, Finding } from "../../src/vuln/model.ts";
import { quickviewOf, renderQuickview } from "../../src/vuln/quickview.ts";
import { ourProblems } from "../sbom/schema.ts";
import { deb } from "./examples.ts";
import { finding } from "./findings.ts";

const suppressed = { by: "us", status: "fixed", justification: null, statement: null };
const findings = [
  finding("CVE-1", deb("bash", "1", { fromBase: true }), { severity: "critical" }),
  finding("CVE-2", deb("bash", "1", { fromBase: true }), { state: "affected", triage: "no-dsa", severity: "low" }),
  finding("CVE-3", deb("tar", "1", { fromBase: false }), { severity: "negligible" }),
  finding("CVE-4", deb("tar", "1", { fromBase: null }), { suppressed, severity: "high" }),
];
const digest = `sha256:${"a".repeat(64)}`;

function report(found: readonly Finding[], more: Partial<CvesReport> = {}, unfixedKnown = true): CvesReport {
  return {
    schema: "hardpan/cves/1",
    image: { reference: "registry://example.org/app:1", digest, platform: "linux/amd64" },
    ...{ distribution: null, policy: "all", policyEffects: [], filters: [], findings: found, notes: ["a note"] },
    advisories: [{ source: "osv-debian", asOf: "2026-01-10", records: 2, knowsUnfixed: true }],
    vulnerabilities: countFindings(found, { policy: "all", unfixedKnown }),
    packages: { total: 2, notMatched: [] },
    base: { reference: "node:24", digest: null, chainId: "x", layers: 1, namedBy: "label" },
    ...more,
  };
}

describe("a quick view", () => {
  it("has the image, its base and what is on top, which sum up", () => {
    const view = quickviewOf(report(findings));
    expect(ourProblems(view, "quickview.schema.json")).toEqual([]);
    const rows = view.rows.map(({ part, reference, vulnerabilities: { total, suppressed } }) => [
      part,
      reference,
      total,
      suppressed,
    ]);
    expect(rows).toEqual([
      ["image", "registry://example.org/app:1", 3, 1],
      ["base", "node:24", 2, 0],
      ["own", "what is added to it", 1, 1],
    ]);
    expect(view).toMatchObject({ schema: "hardpan/quickview/1", packages: 2, policy: "all", notes: ["a note"] });
  });

  it("has the image alone where no base is proved, and a base without a name", () => {
    expect(quickviewOf(report(findings, { base: null })).rows.map(({ part }) => part)).toEqual(["image"]);
    const base = { reference: null, digest, chainId: "x", layers: 1, namedBy: "label" } as const;
    expect(quickviewOf(report(findings, { base })).rows[1]).toMatchObject({ reference: "base without a name", digest });
  });

  it("is printed in lines that stand below each other, with the age of the data and what to ask next", () => {
    const text = renderQuickview(quickviewOf(report(findings)));
    expect(text).toMatch(/\n {2}advisories: .*2026-01-10/);
    expect(
      text.replace(/ {2}advisories: .*\n/, ""),
    ).toBe(`  Image          1C    0H    0M    1L    1N    0?  registry://example.org/app:1  aaaaaaaaaaaa
  Base image     1C    0H    0M    1L    0N    0?  node:24
  On top         0C    0H    0M    0L    1N    0?  what is added to it

  3 = 2 fixable + 1 unfixed (1 of them no-dsa), 1 negligible, 1 suppressed; 2 packages; policy all

What next
  hardpan cves registry://example.org/app:1
  hardpan recommendations registry://example.org/app:1
`);
  });

  it("says that unfixed ones are not known where nobody knows them, in every part", () => {
    const view = quickviewOf(report(findings, {}, false));
    expect(ourProblems(view, "quickview.schema.json")).toEqual([]);
    expect(view.rows.map(({ vulnerabilities: { unfixed } }) => unfixed)).toEqual([null, null, null]);
    expect(renderQuickview(view)).toContain(
      "\n  3 known: 2 fixable, unfixed unknown, 1 negligible, 1 suppressed; 2 packages;",
    );
  });

  it("has no zeros where there are no advisories to look in", () => {
    const text = renderQuickview(quickviewOf(report([], { advisories: [] }, false)));
    expect(text).toContain("registry://example.org/app:1, 2 packages");
    expect(text).toContain("hardpan db update");
    expect(text).not.toMatch(/\b0C\b/);
  });
});
