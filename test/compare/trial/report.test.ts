import { describe, expect, it } from "vitest";
import { compareImages } from "../../../src/compare/compare.ts";
import { renderReportHtml } from "../../../src/compare/trial/report-html.ts";
import { renderReportJson } from "../../../src/compare/trial/report-json.ts";
import { renderReportMarkdown } from "../../../src/compare/trial/report-md.ts";
import type { TrialReport } from "../../../src/compare/trial/trial-report.ts";
import { exampleReport, sbomPackage, side } from "../example.ts";
import { expectGolden } from "../golden.ts";
import { unbalanced } from "../page/unbalanced.ts";

const refused: TrialReport = {
  ...exampleReport({ unfixedKnown: false }),
  unpatched: null,
  migration: {
    kind: "refused",
    reasons: [
      {
        line: 4,
        column: 1,
        instruction: "RUN npm ci --omit=dev",
        reason: "needs a shell; the hardened image has none",
        rule: "run-needs-shell",
      },
    ],
  },
};

const hostile = '<img src=x onerror="alert(1)">\'`&';

function hostileReport(): TrialReport {
  const report = exampleReport();
  const packages = [sbomPackage("npm", hostile, { version: hostile })];
  return {
    ...report,
    service: hostile,
    dockerfile: { path: hostile, base: hostile, line: 1 },
    hardened: { ...report.hardened, reference: hostile },
    migration: {
      kind: "refused",
      reasons: [{ line: 1, column: 1, instruction: hostile, reason: hostile, rule: "no-image" }],
    },
    compare: compareImages({
      baseline: side(hostile, {
        packages,
        notes: [hostile],
        facts: { user: hostile, shells: [hostile], environment: [hostile], cmd: [hostile] },
      }),
      analysed: side("after", { packages: [] }),
    }),
    origins: [hostile],
    files: [{ path: hostile, description: hostile }],
  };
}

describe("report.html", () => {
  it("is as it was", () => {
    expectGolden("trial-report.html", renderReportHtml(exampleReport()));
  });

  it("needs nothing but itself: no script, and nothing loaded", () => {
    // The example's labels name an address, which is shown and is no link.
    const page = renderReportHtml(exampleReport()).replaceAll("https://git.example/hardened/node", "");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son[a-z]+=|https?:/);
  });

  it("takes nothing read for markup, in text or attributes", () => {
    const page = renderReportHtml(hostileReport());
    expect(page).not.toContain("<img");
    expect(page).not.toMatch(/onerror="/);
    expect(page).toContain("&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#39;&#96;&#38;");
  });

  it("closes every element it opens", () => {
    for (const report of [exampleReport(), refused, hostileReport()])
      expect(unbalanced(renderReportHtml(report))).toEqual([]);
  });

  it("has a language, a title, one first heading and names for its pictures", () => {
    const page = renderReportHtml(exampleReport());
    expect(page).toMatch(/<html lang="en">[\s\S]*<title>[^<]+<\/title>/);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    const pictures = page.match(/<svg [^>]*>/g) ?? [];
    expect(pictures).toHaveLength(6);
    expect(pictures.every((tag) => /role="img" aria-label="[^"]+"/.test(tag))).toBe(true);
  });

  it("keeps the unpatched image out of the headline", () => {
    const [head, evidence] = renderReportHtml(exampleReport()).split('<section class="appendix"');
    expect(head).not.toContain("96 vulnerabilities");
    expect(evidence).toContain("96 vulnerabilities, 71 of them fixable");
  });

  it("names the lines that keep the swap from working", () => {
    expect(renderReportHtml(refused)).toContain("Line 4, <code>RUN npm ci --omit=dev</code>: needs a shell");
  });

  it("says that unfixed vulnerabilities are unknown and how to get them", () => {
    expect(renderReportHtml(refused)).toContain("<code>hardpan db update</code>");
    expect(renderReportHtml(exampleReport())).not.toContain("hardpan db update");
  });
});

describe("report.md", () => {
  it("is as it was", () => {
    expectGolden("trial-report.md", renderReportMarkdown(exampleReport()));
  });

  it("names the lines that keep the swap from working", () => {
    expect(renderReportMarkdown(refused)).toContain(
      "| 4 | `RUN npm ci --omit=dev` | needs a shell; the hardened image has none |",
    );
  });
});

describe("report.json", () => {
  it("begins with its schema and keeps the comparison under compare", () => {
    const report = exampleReport();
    const data = JSON.parse(renderReportJson(report));
    expect(Object.keys(data)[0]).toBe("schema");
    expect(data.compare).toEqual(JSON.parse(JSON.stringify(report.compare)));
  });
});
