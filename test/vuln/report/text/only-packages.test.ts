import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nothingKnown } from "../../../../src/vuln/knowledge.ts";
import { renderOnlyPackages } from "../../../../src/vuln/report/text/only-packages.ts";
import { cellsOf } from "../../../../src/vuln/report/text/terminal.ts";
import { expectGolden } from "../../../compare/golden.ts";
import { counted, emptyReport, examplePackages, exampleReport } from "../example.ts";
import { anyReport } from "../reports.ts";

const options = { columns: 80, color: false };

describe("the table of packages", () => {
  it("is as it was", () => {
    expectGolden("cves-packages.txt", renderOnlyPackages(exampleReport(), { ...options, packages: examplePackages }));
  });

  it("lists every package, or those with vulnerabilities alone", () => {
    const all = renderOnlyPackages(exampleReport(), { ...options, packages: examplePackages });
    expect(all).toContain("docker-ce");
    const some = renderOnlyPackages(exampleReport(), { ...options, packages: examplePackages, onlyVulnerable: true });
    expect(some).not.toContain("docker-ce");
    expect(some).toContain("libssl3");
  });

  it("says so where there are none", () => {
    const report = exampleReport({ findings: [], vulnerabilities: counted([]) });
    expect(renderOnlyPackages(report, options)).toMatch(/^No packages with vulnerabilities\./);
  });

  it("counts nothing where there are no advisories, and says what to do", () => {
    const text = renderOnlyPackages(emptyReport(), { ...options, packages: examplePackages });
    expect(text.replace(/\s+/g, " ")).toBe(`${nothingKnown} `);
  });

  it("fits the terminal and brings nothing to it that it acts upon", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const text = renderOnlyPackages(report, { ...options, columns: 60 });
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(text.split("\n").filter((line) => cellsOf(line) > 60)).toEqual([]);
      }),
    );
  });
});
