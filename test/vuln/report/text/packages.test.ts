import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nothingKnown } from "../../../../src/vuln/knowledge.ts";
import { renderPackages } from "../../../../src/vuln/report/text/packages.ts";
import { cellsOf } from "../../../../src/vuln/report/text/terminal.ts";
import { expectGolden } from "../../../compare/golden.ts";
import { counted, created, emptyReport, exampleReport, finding, narrowedReport, npmPackage } from "../example.ts";
import { anyReport, examples } from "../reports.ts";

const options = { columns: 100, color: false, created };
const full = { details: true, locations: true, epss: true };

function linesOf(text: string): readonly string[] {
  return text.split("\n").slice(0, -1);
}

/** The text as one line, so that where lines break does not matter. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}

describe("the text of a report", () => {
  it("is as it was", () => {
    expectGolden("cves.txt", renderPackages(exampleReport(), options));
    expectGolden("cves-details.txt", renderPackages(exampleReport(), { ...options, ...full, columns: 80 }));
    expectGolden("cves-narrowed.txt", renderPackages(narrowedReport(), { ...options, columns: 60 }));
  });

  it("says what the total is made of", () => {
    expect(renderPackages(exampleReport(), options)).toContain(
      "8 = 2 fixable + 6 unfixed (1 of them no-dsa), 1 negligible, 2 suppressed",
    );
  });

  it("says that unfixed issues are unknown where no source lists them", () => {
    expect(renderPackages(narrowedReport(), options)).toContain("3 known: 2 fixable, unfixed unknown");
  });

  it("names the policy, what it leaves out, and the filters", () => {
    const text = flat(renderPackages(narrowedReport(), options));
    expect(text).toContain("policy scout");
    expect(text).toContain(
      "scout-hides-no-dsa: issues that Debian calls too minor for an advisory are left out (7 findings)",
    );
    expect(text).toContain("filters --only-severity critical,high");
  });

  it("shows statements that are not trusted with the finding, which still counts", () => {
    const text = renderPackages(exampleReport(), options);
    const [counting = "", suppressed = ""] = text.split("Suppressed (2)");
    expect(counting).toContain("VEX claimed, not trusted: not_affected by Example Images");
    expect(counting).toContain("GHSA-aaaa-bbbb-cccc");
    expect(suppressed).not.toContain("GHSA-aaaa-bbbb-cccc");
  });

  it("shows suppressed findings apart, with who said so and why", () => {
    const [counting = "", suppressed = ""] = renderPackages(exampleReport(), options).split("Suppressed (2)");
    expect(counting).not.toContain("CVE-2023-31484");
    expect(flat(suppressed)).toContain(
      "CVE-2023-31484 in perl-base 5.36.0-7+deb12u2, no fix, no-dsa not_affected by Our Security Team: vulnerable_code_not_present; CPAN.pm is not in perl-base.",
    );
  });

  it("names every source with its age, and packages that were not matched with the reason", () => {
    const text = flat(renderPackages(exampleReport(), options));
    expect(text).toContain("debian-tracker 2026-11-22, 2 days old, 48211 records, fixed and unfixed issues");
    expect(text).toContain("debian-archive 2026-10-30, 25 days old, 1 record, fixed issues only");
    expect(text).toContain("Not matched (2) 1 × a package of a third party, maintained by Docker: docker-ce");
  });

  it("does not call an image sound that was looked for in nothing", () => {
    const text = renderPackages(emptyReport(), options);
    expect(flat(text)).toContain(` unknown ${nothingKnown} `);
    expect(text).not.toMatch(/0C|No vulnerabilities|\b0 known/);
  });

  it("orders packages worst first, and by EPSS the vulnerabilities of a package where asked", () => {
    const [one, two] = [npmPackage("one", "1", "a"), npmPackage("two", "1", "b")];
    const epss = (score: number) => ({ score, percentile: score, asOf: "2026-11-23" });
    const findings = [
      finding("CVE-2026-10001", one, { severity: "low", epss: epss(0.1) }),
      finding("CVE-2026-10002", one, { severity: "low", epss: epss(0.9) }),
      finding("CVE-2026-10003", two, { severity: "high" }),
    ];
    const report = exampleReport({ findings, vulnerabilities: counted(findings) });
    const ids = (text: string) => text.match(/CVE-2026-1\d{4}/g);
    expect(ids(renderPackages(report, options))).toEqual(["CVE-2026-10003", "CVE-2026-10001", "CVE-2026-10002"]);
    expect(ids(renderPackages(report, { ...options, epss: true }))).toEqual([
      "CVE-2026-10003",
      "CVE-2026-10002",
      "CVE-2026-10001",
    ]);
  });

  it("has colour only when asked", () => {
    expect(renderPackages(exampleReport(), options)).not.toContain("\u001b");
    const painted = renderPackages(exampleReport(), { ...options, color: true });
    expect(painted).toContain("\u001b[35mCRITICAL\u001b[39m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the codes for colours
    expect(painted.replace(/\u001b\[\d+m/g, "")).toBe(renderPackages(exampleReport(), options));
  });

  it.each(examples)("keeps within any width from 60 columns: a report %s", (_, report) => {
    for (const columns of [60, 61, 73, 80, 100, 200]) {
      const text = renderPackages(report, { ...options, ...full, columns });
      expect(linesOf(text).filter((line) => cellsOf(line) > columns)).toEqual([]);
    }
  });

  it("cuts no id, digest or package URL, however narrow", () => {
    const report = exampleReport();
    const text = renderPackages(report, { ...options, columns: 60 }).replace(/\s+/g, "");
    for (const { id, package: item } of report.findings) {
      expect(text).toContain(id);
      if (text.includes(item.name)) expect(text).toContain(item.version);
    }
    expect(text).toContain(report.image.digest);
    for (const { package: item } of report.findings) expect(text).toContain(item.purl);
  });

  it("brings nothing to a terminal that it acts upon, and keeps its width, whatever the names are", () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 60, max: 120 }), (report, columns) => {
        const text = renderPackages(report, { ...options, ...full, columns });
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(linesOf(text).filter((line) => cellsOf(line) > columns)).toEqual([]);
      }),
    );
  });
});
