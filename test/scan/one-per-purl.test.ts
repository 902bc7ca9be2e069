import { describe, expect, it } from "vitest";
import type { FoundPackage } from "../../src/scan/cataloger.ts";
import { onePerPurl } from "../../src/scan/one-per-purl.ts";

const found: FoundPackage = {
  type: "pypi",
  name: "x",
  version: "1",
  source: null,
  purl: "pkg:pypi/x@1",
  licenses: ["MIT"],
  locations: ["b"],
  supplier: "First",
  architecture: null,
  comments: ["one"],
  dependsOn: ["pkg:pypi/z@1"],
};

describe("packages met at several places", () => {
  it("become one, with all that is said of them, whose evidence is where it was met first", () => {
    const again: FoundPackage = {
      ...found,
      licenses: ["MIT", "0BSD"],
      locations: ["a"],
      supplier: "Second",
      comments: ["one", "two"],
      dependsOn: ["pkg:pypi/x@1", "pkg:pypi/y@1"],
    };
    const other = { ...found, purl: "pkg:pypi/x@2" };
    expect(onePerPurl([found, other, again])).toEqual([
      {
        ...found,
        licenses: ["MIT", "0BSD"],
        locations: ["a", "b"],
        comments: ["one", "two"],
        dependsOn: ["pkg:pypi/y@1", "pkg:pypi/z@1"],
        evidence: "b",
      },
      { ...other, evidence: "b" },
    ]);
  });
});
