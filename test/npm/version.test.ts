import { describe, expect, it } from "vitest";
import { compareReleases, satisfies } from "../../src/npm/version.ts";

describe("npm versions", () => {
  it.each([
    ["24.21.0", "24.x", true],
    ["24.0.0", "24.x", true],
    ["25.0.0", "24.x", false],
    ["24.21.0-rc.1", "24.x", false],
    ["24.21.3", "24.21.x", true],
    ["24.22.0", "24.21.x", false],
    ["1.22.22", "1.22.22", true],
    ["1.22.2", "1.22.22", false],
    ["0.36.0", "0.x", true],
    ["24.21.0+build", "24.x", true],
    ["24.21", "24.x", false],
    ["v24.21.0", "24.x", false],
  ])("%s in %s: %s", (version, range, expected) => {
    expect(satisfies(version, range)).toBe(expected);
  });

  it("are ordered by number, not by text", () => {
    expect(["24.9.0", "24.10.0", "24.9.10", "23.99.99", "beta"].toSorted(compareReleases)).toEqual([
      "beta",
      "23.99.99",
      "24.9.0",
      "24.9.10",
      "24.10.0",
    ]);
  });
});
