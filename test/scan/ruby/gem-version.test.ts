import { describe, expect, it } from "vitest";
import { compareGemVersions, fulfils } from "../../../src/scan/ruby/gem-version.ts";

describe("versions of gems", () => {
  it("are ordered as RubyGems orders them", () => {
    const ordered = ["0.9", "1.0.a", "1.0.a10", "1.0.b1", "1.0-x", "1.0.rc1", "1", "1.0.1", "1.2", "1.10", "10"];
    const shuffled = [...ordered].sort();
    expect(shuffled.sort(compareGemVersions)).toEqual(ordered);
    expect(compareGemVersions("1.0", "1")).toBe(0);
  });

  it.each([
    ["1.2", "1.2.0", true],
    ["1.2", "= 1.3", false],
    ["1.2", "!= 1.3", true],
    ["1.2", "!= 1.2", false],
    ["1.2", ">= 0", true],
    ["1.2", "> 1.2", false],
    ["1.2", "< 1.10", true],
    ["1.2", "<= 1.2", true],
    ["2.8.5", "~> 2.8.0", true],
    ["2.9.0", "~> 2.8.0", false],
    ["2.9.0", "~> 2.8", true],
    ["3.0", "~> 2.8", false],
    ["3.0.a", "~> 2.8", false],
    ["2", "~> 1", false],
    ["1.5", "~> 1", true],
    ["1", "nonsense!", false],
    ["1", "~> a", false],
  ])("%s fulfils %s: %s", (version, condition, expected) => {
    expect(fulfils(version, condition)).toBe(expected);
  });
});
