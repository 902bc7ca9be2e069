import { describe, expect, it } from "vitest";
import { parseMapping } from "../../../../src/catalog/mapping.ts";
import { mediansOf, pairsOf } from "../../../../src/flow/catalog/page/page.ts";

const measured = (packages: number, size: number) => ({ packages, size, fixable: 0 });

it("sets an image beside every counterpart that the mapping has for it, slim ones first and no pair twice", () => {
  const row = (official: string, baselines: string) =>
    `- { official: ${official}, version: "1", image: "a:1", baselines: [${baselines}] }\n`;
  const mapping =
    row("a", '{ distro: debian-12, full: "a:1", slim: "a:1-slim" }, { distro: debian-13, full: "a:1" }') +
    row("b", '{ distro: debian-12, full: "b:1" }, { distro: debian-13, slim: "a:1-slim" }') +
    row("c", "");
  expect(pairsOf(parseMapping(mapping, { file: "m" }))).toEqual([
    { image: "a:1", baseline: "a:1-slim" },
    { image: "a:1", baseline: "a:1" },
    { image: "a:1", baseline: "b:1" },
  ]);
});

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
