import { describe, expect, it } from "vitest";
import { mediansOf } from "../../../../src/flow/catalog/page/page.ts";

const measured = (packages: number, size: number) => ({ packages, size, fixable: 0 });

describe("the middle of what images have less than their counterparts", () => {
  const of = (after: number) => ({
    image: "a:1",
    baseline: "b:1",
    before: measured(100, 100),
    after: measured(after, 50),
  });
  it("is the one in the middle, or lies between two, and is unknown of none", () => {
    expect(mediansOf([of(90), of(10), of(20)])).toEqual({ packages: 0.8, size: 0.5 });
    expect(mediansOf([of(10), of(20)])?.packages).toBeCloseTo(0.85);
    expect(mediansOf([])).toBeNull();
  });
});
