import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../../src/vuln/report/page/page.ts";
import { expectGolden } from "../../../compare/golden.ts";
import { created, emptyReport, exampleReport } from "../example.ts";
import { anyReport, examples } from "../reports.ts";

const options = { created, toolVersion: "0.1.0" };

/** What the page consists of besides text. */
function partsOf(page: string) {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, "");
  const tags = [...body.matchAll(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/gi)].map(([, end = "", name = "", rest = ""]) => {
    return { isEnd: end !== "", name, rest };
  });
  const links = tags.flatMap(({ rest }) => /\b(?:href|src|action)="([^"]*)"/.exec(rest)?.[1] ?? []);
  return { body, tags, links };
}

const ours = /^https:\/\/(nvd\.nist\.gov|github\.com\/advisories|security-tracker\.debian\.org|osv\.dev)\//;
const withoutEnd = new Set(["meta", "html", "head", "body", "i"]);

function isSelfContained(page: string): void {
  const { tags, links, body } = partsOf(page);
  expect(
    tags.filter(({ name, rest }) => ["script", "img", "iframe", "link"].includes(name) || /\son\w+=/i.test(rest)),
  ).toEqual([]);
  expect(links.filter((link) => !ours.test(link))).toEqual([]);
  const open: string[] = [];
  for (const { isEnd, name } of tags) {
    if (withoutEnd.has(name)) continue;
    if (!isEnd) open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
  expect(body.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
}

describe("the page of a report", () => {
  it("is as it was", () => {
    expectGolden("cves.html", renderHtml(exampleReport(), options));
  });

  it.each(examples)("needs nothing else, and every tag that is opened is closed: a report %s", (_, report) => {
    isSelfContained(renderHtml(report, options));
  });

  it("takes nothing for markup, whatever the texts are", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        isSelfContained(renderHtml(report, options));
      }),
      { numRuns: 60 },
    );
  });

  it("lets nothing be loaded", () => {
    expect(renderHtml(exampleReport(), options)).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    );
  });

  it("gives every table a caption, and its columns heads", () => {
    const page = renderHtml(exampleReport(), options);
    const tables = page.match(/<table[\s\S]*?<\/table>/g) ?? [];
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables) {
      expect(table).toContain("<caption>");
      expect(table).toMatch(/<th scope="(col|row)">/);
    }
  });

  it("says the counts, what they are made of, and the policy", () => {
    const page = renderHtml(exampleReport(), options);
    expect(page).toContain("1C 2H 2M 1L 1N 1?");
    expect(page).toContain("8 = 2 fixable + 6 unfixed (1 of them no-dsa), 1 negligible, 2 suppressed");
    expect(page).toContain("policy all");
  });

  it("says so where nothing is known, and shows no zeros", () => {
    const page = renderHtml(emptyReport(), options);
    expect(page).toContain("<h1>Vulnerabilities unknown</h1>");
    expect(page).toContain("Nothing is known of vulnerabilities");
    expect(page).not.toMatch(/0C|critical 0/);
  });
});
