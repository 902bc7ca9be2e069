import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderSarif } from "../../../src/vuln/report/sarif.ts";
import { created, debPackage, exampleReport, finding, hostile } from "./example.ts";
import { anyReport, examples } from "./reports.ts";
import { sarifProblems } from "./schema.ts";

const options = { created, toolVersion: "0.1.0" };
const text = renderSarif(exampleReport(), options);
const [run] = JSON.parse(text).runs;
const resultOf = (id: string) => run.results.find((result: { ruleId: string }) => result.ruleId === id);
const ruleOf = (id: string) => run.tool.driver.rules.find((rule: { id: string }) => rule.id === id);

describe("the SARIF log", () => {
  it.each(examples)("is valid by the schema of OASIS: a report %s", (_, report) => {
    expect(sarifProblems(JSON.parse(renderSarif(report, options)))).toEqual([]);
  });

  it("is valid whatever the texts are", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(sarifProblems(JSON.parse(renderSarif(report, options)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("has one rule for each vulnerability, and every result leads to its own", () => {
    const report = exampleReport();
    const rules: readonly { readonly id: string }[] = run.tool.driver.rules;
    expect(rules.map(({ id }) => id)).toEqual([...new Set(report.findings.map(({ id }) => id))]);
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(run.results).toHaveLength(report.findings.length);
  });

  it.each([
    ["CVE-2026-30100", "error", "9.8"],
    ["CVE-2026-29111", "error", "7.5"],
    ["GHSA-aaaa-bbbb-cccc", "error", "8.0"],
    ["CVE-2025-11200", "warning", "5.5"],
    ["CVE-2011-4116", "note", "2.0"],
    ["CVE-2019-1010022", "note", "0.1"],
    ["TEMP-0841856-B18BAF", "note", undefined],
  ])("gives %s as %s with the score %s", (id, level, score) => {
    expect(resultOf(id).level).toBe(level);
    expect(ruleOf(id).properties["security-severity"]).toBe(score);
  });

  it("marks suppressed findings, with who said so and why", () => {
    expect(resultOf("CVE-2023-31484").suppressions).toEqual([
      {
        kind: "external",
        status: "accepted",
        justification: "not_affected by Our Security Team: vulnerable_code_not_present; CPAN.pm is not in perl-base.",
      },
    ]);
    expect(resultOf("GHSA-aaaa-bbbb-cccc").suppressions).toBeUndefined();
    expect(resultOf("GHSA-aaaa-bbbb-cccc").message.text).toContain(
      "claimed, not trusted: not_affected by Example Images",
    );
  });

  it("points at the file that proves the package, in places that code scanning takes", () => {
    const { physicalLocation, logicalLocations } = resultOf("GHSA-aaaa-bbbb-cccc").locations[0];
    expect(physicalLocation.artifactLocation.uri).toBe("usr/local/lib/node_modules/npm/node_modules/glob/package.json");
    expect(logicalLocations[0].fullyQualifiedName).toBe(
      `registry://docker.io/library/node:24-bookworm-slim@sha256:${"5f".repeat(32)}:/usr/local/lib/node_modules/npm/node_modules/glob/package.json`,
    );
    const nowhere = exampleReport({ findings: [finding("CVE-2026-1", debPackage("x", "1"), { locations: [] })] });
    const uri = JSON.parse(renderSarif(nowhere, options)).runs[0].results[0].locations[0].physicalLocation;
    expect(uri.artifactLocation.uri).toBe("docker.io/library/node");
  });

  it("keeps the fingerprint of a finding when its version changes, and tells two places of one package apart", () => {
    const prints = (version: string) => {
      const findings = ["a", "b"].map((path) => finding("CVE-2026-1", debPackage("x", version, { locations: [path] })));
      const log = JSON.parse(renderSarif(exampleReport({ findings }), options));
      return log.runs[0].results.map(
        (result: { partialFingerprints: object }) => Object.values(result.partialFingerprints)[0],
      );
    };
    expect(prints("1")).toEqual(prints("2"));
    expect(new Set(prints("1")).size).toBe(2);
  });

  it("says which policy and which advisories it rests on", () => {
    expect(run.properties.policy).toBe("all");
    expect(run.properties.advisories).toEqual(exampleReport().advisories);
  });

  it("takes no name for a link or a place to fill in a message", () => {
    const findings = [finding("CVE-2026-1", debPackage(`${hostile}{0}`, "1"))];
    const [result] = JSON.parse(renderSarif(exampleReport({ findings }), options)).runs[0].results;
    expect(result.message.text).toContain("\\[x\\](javascript:1)");
    expect(result.message.text).toContain("{{0}}");
  });

  it("refuses a time that is not one", () => {
    expect(() => renderSarif(exampleReport(), { ...options, created: "yesterday" })).toThrow(
      expect.objectContaining({ code: "SBOM_TIME_INVALID" }),
    );
  });
});
