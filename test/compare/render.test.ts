import { describe, expect, it } from "vitest";
import { compareImages, readingOrder } from "../../src/compare/compare.ts";
import { renderJson } from "../../src/compare/render-json.ts";
import { renderMarkdown } from "../../src/compare/markdown/render-markdown.ts";
import { renderText } from "../../src/compare/text/render-text.ts";
import { exampleSides, sbomPackage, side } from "./example.ts";
import { expectGolden } from "./golden.ts";

const options = { width: 100, colour: false, limit: 10, turned: false };
const comparison = compareImages(exampleSides());

describe("the text form", () => {
  it("is as it was", () => {
    expectGolden("compare.txt", renderText(comparison, options));
  });

  it("keeps its tables within the width and its lists within the limit", () => {
    const text = renderText(comparison, { ...options, width: 80, limit: 3 });
    const tableLines = text.split("\n").filter((line) => /^[│┌├└]/.test(line));
    expect(tableLines.length).toBeGreaterThan(10);
    expect(tableLines.every((line) => line.length <= 80)).toBe(true);
    expect(text).toContain("… and 294 more (--format json lists all)");
  });

  it("has colour only when asked", () => {
    expect(renderText(comparison, options)).not.toContain("\u001b");
    expect(renderText(comparison, { ...options, colour: true })).toContain("\u001b[32m");
  });

  it("shows the hardened image as after when --to names it, and says so", () => {
    const { analysed, baseline } = exampleSides();
    const { sides, turned } = readingOrder({ analysed: baseline, baseline: analysed });
    const text = renderText(compareImages(sides), { ...options, turned });
    expect(text).toContain("The image after --to is the hardened one; it is shown as after.");
    expect(text.replace(/^.*\n\n/, "")).toBe(renderText(comparison, options));
  });

  it("says how to learn of unfixed vulnerabilities where they are unknown", () => {
    const text = renderText(compareImages(exampleSides({ unfixedKnown: false })), options);
    expect(text).toMatch(/unfixed\s+│ unknown\s+│ unknown/);
    expect(text.replaceAll("\n", " ")).toContain("`hardpan db update`");
  });
});

describe("the markdown form", () => {
  it("is as it was", () => {
    expectGolden("compare.md", renderMarkdown(comparison, { turned: false }));
  });

  it("takes nothing read for markup", () => {
    const packages = [sbomPackage("npm", "a|b<script>`*_", { version: "1|2" })];
    const text = renderMarkdown(
      compareImages({ baseline: side("x|y`z", { packages }), analysed: side("after", { packages: [] }) }),
      { turned: false },
    );
    expect(text).not.toContain("<script>");
    expect(text).toContain("a\\|b&lt;script&gt;\\`\\*\\_");
    const rows = text.split("\n").filter((line) => line.startsWith("| a"));
    expect(rows.every((line) => line.match(/(?<!\\)\|/g)?.length === 4)).toBe(true);
  });
});

it("the JSON form follows the flags and ends in a line feed", () => {
  const text = renderJson(comparison);
  expect(text.endsWith("}\n")).toBe(true);
  expect(Object.keys(JSON.parse(text))).toEqual(["schema", "baseline", "analysed", "changes", "advisories"]);
});
