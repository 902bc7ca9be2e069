import { describe, expect, it } from "vitest";
import { resolveRequirements } from "../../../src/scan/installed/requirements.ts";

describe("resolveRequirements", () => {
  it("names the packages that provide what is required, sorted, each once and not itself", () => {
    const packages = [
      { provides: ["c"], requires: [] },
      { provides: ["b", "b"], requires: ["b", "c"] },
      { provides: ["a"], requires: ["c", "b", "nothing", "c"] },
      { provides: ["b"], requires: [] },
    ];
    expect(resolveRequirements(packages)).toEqual([[], [0, 3], [0, 1, 3], []]);
  });

  it("takes the first of more providers than can be told apart", () => {
    const packages = Array.from({ length: 100 }, () => ({ provides: ["x"], requires: ["x"] }));
    const found = resolveRequirements(packages);
    expect(found[99]).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect(found[0]?.length).toBe(15);
  });
});
