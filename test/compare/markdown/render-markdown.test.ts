import { describe, expect, it } from "vitest";
import { compareImages } from "../../../src/compare/compare.ts";
import { commentLimit } from "../../../src/compare/markdown/fit.ts";
import { renderMarkdown } from "../../../src/compare/markdown/render-markdown.ts";
import { exampleSides, finding, sbomPackage, side } from "../example.ts";
import { expectGolden } from "../golden.ts";

const sides = exampleSides();
const comparison = compareImages(sides);
const options = { turned: false, summary: false };

/** An image of many packages, each with vulnerabilities, and long settings. */
function large(name: string, count: number) {
  const packages = Array.from({ length: count }, (_, index) =>
    sbomPackage("npm", `${name}-${index}`, { version: "1" }),
  );
  const findings = packages.flatMap((item, index) => [
    finding(`CVE-${index}-1`, item),
    finding(`CVE-${index}-2`, item),
  ]);
  const labels = Object.fromEntries(packages.map(({ name: label }) => [label, "value ".repeat(200)]));
  const facts = { labels, entrypoint: ["x".repeat(100_000)], shells: packages.map((item) => `/bin/${item.name}`) };
  return side(`registry.example/${name}`, { packages, findings, facts });
}

describe("the markdown form", () => {
  it("is as it was", () => {
    expectGolden("compare.md", renderMarkdown([comparison], options));
  });

  it("is as it was for several images", () => {
    const two = compareImages({ ...sides, analysed: side("node:24-slim", { packages: sides.baseline.sbom.packages }) });
    expectGolden("compare-many.md", renderMarkdown([comparison, two], options));
  });

  it("fits into a comment on GitHub, and counts what it leaves out", () => {
    const one = compareImages({ baseline: large("before", 2000), analysed: large("after", 3000) });
    const text = renderMarkdown([one], options);
    expect(text.length).toBeLessThanOrEqual(commentLimit);
    expect(text.length).toBeGreaterThan(commentLimit * 0.9);
    const [shown, hidden] = countsOf(text, "Vulnerabilities added (6000)");
    expect(shown).toBeGreaterThan(50);
    expect(shown + hidden).toBe(6000);
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
  });

  it("fits into a comment with sixteen images too", () => {
    const one = compareImages({ baseline: large("before", 300), analysed: large("after", 300) });
    const text = renderMarkdown([one, ...Array.from({ length: 15 }, () => one)], options);
    expect(text.length).toBeLessThanOrEqual(commentLimit);
    expect(text).toContain("registry.example/after: Vulnerabilities added (600)");
  });

  it("has only the overview as a summary", () => {
    const text = renderMarkdown([comparison], { ...options, summary: true });
    expect(text).toContain("| **Vulnerabilities** | 41 | 1 | −40 (−97.6 %) |");
    expect(text).not.toContain("CVE-");
  });

  it("takes nothing read for markup", () => {
    const packages = [sbomPackage("npm", "a|b<script>`*_", { version: "1|2" })];
    const facts = { labels: { "l|`<b>": "v|``</details>" }, environment: ["E=|<i>`"] };
    const baseline = side("x|y`z</summary>", { packages, facts, notes: ["<u>`"] });
    const text = renderMarkdown([compareImages({ baseline, analysed: side("after", { packages: [] }) })], options);
    const outsideCode = text.replace(/(`+)[\s\S]*?\1/g, "");
    expect(outsideCode).not.toMatch(/<(script|b|i|u)>/);
    expect(text).toContain("a\\|b&lt;script&gt;\\`\\*\\_");
    const rows = text.split("\n").filter((line) => line.startsWith("| - "));
    expect(rows).toHaveLength(3);
    expect(rows.map((line) => line.match(/(?<!\\)\|/g)?.length)).toEqual([6, 5, 5]);
  });
});

/** How many rows the table of this title has, and how many it says are left out. */
function countsOf(text: string, title: string): readonly [shown: number, hidden: number] {
  const table = text.slice(text.indexOf(title)).split("</details>")[0] ?? "";
  const rows = table.split("\n").filter((line) => line.startsWith("|"));
  return [rows.length - 2, Number(/… and (\d+) more/.exec(table)?.[1] ?? 0)];
}
