import { describe, expect, it } from "vitest";
import { weightOf } from "../../src/scan/weight.ts";

describe("weightOf", () => {
  it("counts long texts by their length, and small values by what they cost", () => {
    expect(weightOf("x".repeat(1_000_000))).toBe(1_000_024);
    expect(weightOf(Array.from({ length: 1000 }, () => ({})))).toBeGreaterThan(30_000);
    expect(weightOf({ a: ["b", { c: null }] })).toBeGreaterThan(weightOf({ a: ["b"] }));
  });

  it("is not far from what a list of small findings takes", () => {
    const finding = { kind: "manifest", name: "a-package", version: "1.0.0", licenses: ["MIT"], dependencies: {} };
    expect(weightOf(finding)).toBeGreaterThan(JSON.stringify(finding).length);
    expect(weightOf(finding)).toBeLessThan(500);
  });
});
