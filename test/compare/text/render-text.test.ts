import { describe, expect, it } from "vitest";
import { compareImages, readingOrder } from "../../../src/compare/compare.ts";
import { noFilter } from "../../../src/compare/filter.ts";
import { renderText } from "../../../src/compare/text/render-text.ts";
import { cellsOf } from "../../../src/vuln/report/text/terminal.ts";
import { exampleSides, finding, sbomPackage, side } from "../example.ts";
import { expectGolden } from "../golden.ts";

const options = { width: 100, colour: false, limit: 10, turned: false, summary: false };
const sides = exampleSides();
const comparison = compareImages(sides);
const long = `registry.example:5000/${"a-long-team-name/".repeat(9)}app@sha256:${"0f".repeat(32)}`;

describe("the text form", () => {
  it("is as it was", () => {
    expectGolden("compare.txt", renderText([comparison], options));
  });

  it("is as it was for several images", () => {
    const two = compareImages({ ...sides, analysed: side("node:24-slim", { packages: sides.baseline.sbom.packages }) });
    expectGolden("compare-many.txt", renderText([comparison, two], { ...options, width: 120, limit: 3 }));
  });

  it.each([60, 80, 100, 120, 200])("fits %i columns, with every reference and id whole", (width) => {
    const packages = [sbomPackage("npm", "漢字-パッケージ", { version: "1.0.0" })];
    const id = `GHSA-${"x".repeat(100)}`;
    const environment = [`LONG=${"/opt/bin:".repeat(60)}`];
    const analysed = side(long, {
      packages,
      findings: [finding(id, packages[0] ?? sbomPackage("npm", "x", { version: "1" }))],
      facts: { environment, labels: { label: "of many words ".repeat(30) } },
    });
    const one = compareImages({ baseline: sides.baseline, analysed });
    for (const comparisons of [[one], [one, comparison, one]] as const) {
      const text = renderText(comparisons, { ...options, width, limit: 100 });
      expect(text.split("\n").filter((line) => cellsOf(line) > width)).toEqual([]);
      const joined = text.replaceAll(/[\s│]/g, "");
      expect(joined).toContain(id);
      expect(joined).toContain(environment[0]);
      if (comparisons.length > 1) expect(joined).toContain(long);
    }
  });

  it("keeps its lists within the limit, and says so", () => {
    const text = renderText([comparison], { ...options, limit: 3 });
    const groups = text.split("\n").filter((line) => /^ {2}[-+↑↓] /.test(line));
    expect(groups.length).toBeLessThanOrEqual(3 * 3);
    expect(text).toContain("… and 304 more; --details lists all");
    expect(renderText([comparison], { ...options, limit: Number.POSITIVE_INFINITY })).not.toContain("… and");
  });

  it("says of a package with very many vulnerabilities how many there are", () => {
    const item = sbomPackage("deb", "linux-libc-dev", { version: "1" });
    const findings = Array.from({ length: 500 }, (_, index) => finding(`CVE-${index}`, item));
    const many = compareImages({
      baseline: side("before", { packages: [] }),
      analysed: side("after", { packages: [item], findings }),
    });
    expect(renderText([many], options)).toContain("… and 490 more");
  });

  it("has colour only when asked, green for less and red for more", () => {
    expect(renderText([comparison], options)).not.toContain("\u001b");
    const coloured = renderText([comparison], { ...options, colour: true });
    expect(coloured).toContain("\u001b[32m- liblzma5");
    expect(coloured).toContain("\u001b[31m+ CVE-2019-1010022");
    expect(coloured).toContain("\u001b[32m1 (−40, −97.6 %)");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours are made of.
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(renderText([comparison], options));
  });

  it("shows the hardened image as after when --to names it, and says so", () => {
    const order = readingOrder({ analysed: sides.baseline, baseline: sides.analysed });
    const text = renderText([compareImages(order.sides)], { ...options, turned: order.turned });
    expect(text).toContain("The image after --to is the hardened one; it is shown as after.");
    expect(text.replace(/^.*\n\n/, "")).toBe(renderText([comparison], options));
  });

  it("says how to learn of unfixed vulnerabilities where they are unknown", () => {
    const text = renderText([compareImages(exampleSides({ unfixedKnown: false }))], options);
    expect(text).toMatch(/unfixed\s+│ unknown\s+│ unknown/);
    expect(text.replaceAll("\n", " ")).toContain("`hardpan db update`");
  });

  it("has only the overview and what is needed to read it as a summary", () => {
    const text = renderText([comparison], { ...options, summary: true });
    expect(text).toContain("│ Vulnerabilities");
    expect(text).toContain("debian-tracker, as of 2026-11-22");
    expect(text).not.toMatch(/Labels|Packages and vulnerabilities|CVE-/);
  });

  it("names filters, and images whose base is not known where that is left out", () => {
    const text = renderText([compareImages(sides, { ...noFilter, base: "ignore" })], options).replaceAll("\n", " ");
    expect(text).toContain("Only what passes is counted and listed: --ignore-base");
    expect(text).toContain("node:24-bookworm-slim: no base image is known, so nothing of it is left out.");
  });

  it("lets nothing of an image steer the terminal", () => {
    const evil = "a\u001b]0;evil\u0007\u202e\r\nb";
    const packages = [sbomPackage("npm", evil, { version: evil })];
    const facts = { environment: [`A=${evil}`], labels: { [evil]: evil }, user: evil, cmd: [evil], shells: [evil] };
    const hostile = side(evil, {
      packages,
      facts,
      notes: [evil],
      findings: packages.map((item) => finding(evil, item)),
    });
    const text = renderText([compareImages({ baseline: sides.baseline, analysed: hostile })], options);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it("shortens values that would fill the screen, and says how long they are", () => {
    const analysed = side("after", { packages: [], facts: { labels: { big: "x".repeat(100_000) } } });
    const text = renderText([compareImages({ baseline: sides.baseline, analysed })], options);
    expect(text.length).toBeLessThan(30_000);
    expect(text.replaceAll(/\s/g, "")).toContain("…(100000characters)");
  });
});
