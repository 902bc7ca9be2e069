import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../../src/vuln/report/markdown.ts";
import { escapeMarkdown } from "../../../src/vuln/report/markdown-text.ts";
import { expectGolden } from "../../compare/golden.ts";
import { has } from "../../support/program.ts";
import { created, emptyReport, exampleReport, hostileReport } from "./example.ts";
import { anyReport } from "./reports.ts";

const options = { created };

/** The page that GitHub's own renderer makes of it. */
function rendered(markdown: string): string {
  const args = ["--extension", "table", "--extension", "autolink", "--extension", "strikethrough", "--unsafe"];
  return execFileSync("cmark-gfm", args, { input: markdown, encoding: "utf8" });
}

/** The tags of a page, and what its links lead to. */
function partsOf(page: string) {
  const tags = [...page.matchAll(/<([a-z][a-z0-9]*)([^>]*)>/gi)];
  const links = tags.flatMap(([, name, rest = ""]) => (name === "a" ? [/href="([^"]*)"/.exec(rest)?.[1] ?? ""] : []));
  return { names: new Set(tags.map(([, name = ""]) => name)), links };
}

const allowed = new Set([
  ...["h2", "p", "strong", "code", "ul", "li", "details", "summary", "a"],
  ...["table", "thead", "tbody", "tr", "th", "td"],
]);

const ours = /^https:\/\/(nvd\.nist\.gov|github\.com\/advisories|security-tracker\.debian\.org|osv\.dev)\//;

function hasOnlyOurMarkup(page: string): void {
  const { names, links } = partsOf(page);
  expect([...names].filter((name) => !allowed.has(name))).toEqual([]);
  expect(links.filter((link) => !ours.test(link))).toEqual([]);
}

describe("the markdown of a report", () => {
  it("is as it was", () => {
    expectGolden("cves.md", renderMarkdown(exampleReport(), options));
  });

  it("says so where nothing was looked for", () => {
    const markdown = renderMarkdown(emptyReport(), options);
    expect(markdown).toContain("**unknown**: Nothing is known of vulnerabilities");
    expect(markdown).not.toMatch(/0C|No vulnerabilities/);
  });

  it("shows a claim that is not trusted, and suppressed findings apart", () => {
    const [counting = "", suppressed = ""] = renderMarkdown(exampleReport(), options).split("Suppressed (2)");
    expect(counting).toContain("claimed, not trusted: not\\_affected by Example Images");
    expect(suppressed).toContain("CVE-2023-31484");
    expect(counting).not.toContain("CVE-2023-31484");
  });

  it("tells nobody and links nowhere by what a package is called", () => {
    expect(escapeMarkdown("@all https://evil.example www.evil.example a@b.example")).toBe(
      "@<!-- -->all https&#58;//evil.example www&#46;evil.example a@<!-- -->b.example",
    );
  });

  it("has no control characters, whatever the names are", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(renderMarkdown(report, options).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe.skipIf(!has("cmark-gfm"))("the markdown as GitHub renders it (needs cmark-gfm)", () => {
  it("has a folded part for each package, what is suppressed, the sources and what was not matched", () => {
    const page = rendered(renderMarkdown(exampleReport(), options));
    expect(page.match(/<details>/g)).toHaveLength(4 + 3);
    expect(page.match(/<\/details>/g)).toHaveLength(4 + 3);
    expect(partsOf(page).links).toContain("https://nvd.nist.gov/vuln/detail/CVE-2026-30100");
    hasOnlyOurMarkup(page);
  });

  it("takes nothing of a hostile report for markup", () => {
    hasOnlyOurMarkup(rendered(renderMarkdown(hostileReport(), options)));
  });

  it("takes nothing for markup, whatever the texts are", () => {
    const marks = fc.string({
      unit: fc.constantFrom(..."<>&|`*_[]()!#-+.:/@\\\"'=~\n\r\t a1w", "https://"),
      minLength: 1,
    });
    fc.assert(
      fc.property(marks, (text) => {
        hasOnlyOurMarkup(rendered(renderMarkdown(hostileReport(text), options)));
      }),
      { numRuns: 150 },
    );
  });
});
