import { describe, expect, it } from "vitest";
import { compareImages } from "../../src/compare/compare.ts";
import { changeText, listText, megabytes, numberText, percentage, signed } from "../../src/compare/figures.ts";
import { headline } from "../../src/compare/headline.ts";
import { exampleSides, finding, sbomPackage, side } from "./example.ts";

describe("figures", () => {
  it.each([
    [82_000_000, "82.0 MB"],
    [47_951_234, "48.0 MB"],
    [99_000, "99 kB"],
    [0, "0 kB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(megabytes(bytes)).toBe(text);
  });

  it.each([
    [321, 32, "−90 %"],
    [82, 48, "−41.5 %"],
    [25, 0, "−100 %"],
    [100_000, 1, "−99.9 %"],
    [2, 3, "+50 %"],
    [5, 5, "±0 %"],
    [0, 3, null],
  ])("%d → %d is %s", (before, after, text) => {
    expect(percentage({ before, after })).toBe(text);
  });

  it("carry their sign, and their share where there is one", () => {
    expect([signed(-3), signed(2), signed(0)]).toEqual(["−3", "+2", "±0"]);
    expect(changeText({ before: 321, after: 32 })).toBe("−289 (−90 %)");
    expect(changeText({ before: 0, after: 2 })).toBe("+2");
    expect(changeText({ before: 2, after: 2 })).toBe("±0");
  });

  it("say none and unknown in words", () => {
    expect([listText([]), listText(["a", "b"]), numberText(null), numberText(0)]).toEqual([
      "none",
      "a, b",
      "unknown",
      "0",
    ]);
  });
});

describe("the headline", () => {
  const packages = (count: number) =>
    Array.from({ length: count }, (_, index) => sbomPackage("deb", `p${index}`, { version: "1" }));
  const line = (before: Parameters<typeof side>[1], after: Parameters<typeof side>[1]) =>
    headline(compareImages({ baseline: side("before", before), analysed: side("after", after) }));
  const sized = (compressed: number) => ({ facts: { size: { compressed, unpacked: 0 } } });

  it("never rounds a gain up", () => {
    expect(line({ packages: packages(321), ...sized(82) }, { packages: packages(32), ...sized(48) })).toBe(
      "90 % fewer packages, 41 % smaller.",
    );
  });

  it("says what became worse", () => {
    const [item] = packages(1);
    const findings = item === undefined ? [] : [finding("CVE-1", item)];
    expect(line({ packages: packages(10), ...sized(10) }, { packages: packages(11), ...sized(12), findings })).toBe(
      "10 % more packages, 20 % larger, 1 more vulnerability.",
    );
  });

  it("says when there is no difference", () => {
    expect(line({ packages: [] }, { packages: [] })).toBe("Nothing changed.");
  });

  it("speaks of fixable vulnerabilities where no other is known", () => {
    expect(headline(compareImages(exampleSides({ unfixedKnown: false })))).toContain("fewer fixable vulnerabilities");
  });
});
