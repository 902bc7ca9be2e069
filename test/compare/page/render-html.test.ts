import { describe, expect, it } from "vitest";
import { compareImages } from "../../../src/compare/compare.ts";
import { renderHtml } from "../../../src/compare/page/render-html.ts";
import { exampleSides, finding, sbomPackage, side } from "../example.ts";
import { expectGolden } from "../golden.ts";
import { unbalanced } from "./unbalanced.ts";

const options = { turned: false, summary: false };
const sides = exampleSides();
const comparison = compareImages(sides);
const two = compareImages({ ...sides, analysed: side("node:24-slim", { packages: sides.baseline.sbom.packages }) });
const hostile = '<img src=x onerror="alert(1)">\'`&';

function hostileComparison() {
  const packages = [sbomPackage("npm", hostile, { version: hostile })];
  const facts = { user: hostile, labels: { [hostile]: hostile }, environment: [hostile], cmd: [hostile] };
  const findings = packages.map((item) => finding(hostile, item, { fixedVersion: hostile }));
  return compareImages({
    baseline: side(hostile, { packages, facts, notes: [hostile] }),
    analysed: side(hostile, { packages: [], findings }),
  });
}

describe("the page", () => {
  it("is as it was", () => {
    expectGolden("compare.html", renderHtml([comparison], options));
  });

  it("has a column for each of several images, and what changed in each", () => {
    const page = renderHtml([comparison, two], options);
    expect(page.match(/<th scope="col">(?:node|hardpan)[^<]*<\/th>/g)).toHaveLength(3);
    expect(page).toContain('aria-label="hardpan/dhi-node:24-debian13"');
    expect(page).toContain('aria-label="node:24-slim"');
    expect(unbalanced(page)).toEqual([]);
  });

  it("needs nothing but itself: no script, and nothing loaded", () => {
    const page = renderHtml([comparison, two], options);
    // The example's labels name an address, which is shown and is no link.
    expect(page.replaceAll("https://git.example/hardened/node", "")).not.toMatch(
      /<script|<link|<img|<iframe|@import|url\(|\son[a-z]+=|https?:/,
    );
  });

  it("takes nothing read for markup, in text or attributes, and closes every element", () => {
    const page = renderHtml([hostileComparison(), hostileComparison()], { turned: true, summary: false });
    expect(page).not.toContain("<img");
    expect(page).not.toMatch(/onerror="/);
    expect(unbalanced(page)).toEqual([]);
  });

  it("has only the overview as a summary", () => {
    const page = renderHtml([comparison], { ...options, summary: true });
    expect(page).toContain("<h2>Overview</h2>");
    expect(page).not.toContain("CVE-");
  });
});
