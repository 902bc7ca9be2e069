import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { compareSemver } from "../../../src/vuln/version/semver.ts";
import { expectAscending, expectEqual, expectTotalOrder } from "./orders.ts";

const oracle = z
  .object({ compare: z.custom<(a: string, b: string) => number>((value) => typeof value === "function") })
  .parse(createRequire(import.meta.url)("semver"));

const number = fc.oneof(fc.nat({ max: 30 }), fc.constantFrom(0, 9007199254740991)).map(String);
const identifier = fc.oneof(number, fc.stringMatching(/^[0-9]{0,2}[a-zA-Z-][0-9A-Za-z-]{0,3}$/));
const version = fc
  .tuple(number, number, number, fc.array(identifier, { maxLength: 3 }), fc.constantFrom("", "+build.1"))
  .map(([a, b, c, tags, build]) => `${a}.${b}.${c}${tags.length === 0 ? "" : `-${tags.join(".")}`}${build}`);

describe("the order of semantic versions", () => {
  it("has the specification's example in order", () => {
    const ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"];
    const all = [...ordered, "1.0.0-rc.1", "1.0.0", "1.0.1", "1.1.0", "2.0.0"];
    expect(all.toReversed().sort(compareSemver)).toEqual(all);
  });

  it("agrees with the semver package", () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compareSemver(a, b))).toBe(oracle.compare(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it("puts OSV's 0 before everything, prereleases included", () => {
    expect(compareSemver("0", "0.0.0-0")).toBeLessThan(0);
    expect(compareSemver("0.0.0-0", "0")).toBeGreaterThan(0);
    expect(compareSemver("0", "0")).toBe(0);
  });

  it("reads what npm data has besides: v, missing numbers, huge numbers", () => {
    expect(compareSemver("v1.2.3", "1.2.3")).toBe(0);
    expect(compareSemver("1.2", "1.2.0")).toBe(0);
    expect(compareSemver("1.99999999999999999999.0", "1.100000000000000000000.0")).toBeLessThan(0);
  });

  // The facts of node-semver's test/fixtures/comparisons.js (ISC), put in order.
  it.each([
    [
      [
        "0.0.0-foo",
        "0.0.0",
        "0.0.1",
        "0.9.0",
        "0.9.9",
        "0.10.0",
        "0.99.0",
        "1.0.0",
        "1.2.3",
        "2.0.0",
        "2.7.2+asdf",
        "3.0.0",
      ],
    ],
    [["1.2.3-4", "1.2.3-5", "1.2.3-4-foo", "1.2.3-5-Foo", "1.2.3-5-foo", "1.2.3-asdf", "1.2.3", "1.2.4"]],
    [["1.2.3-R2", "1.2.3-a", "1.2.3-a.5", "1.2.3-a.10", "1.2.3-a.b", "1.2.3-a.b.c.5.d.100", "1.2.3-a.b.c.10.d.5"]],
    [["1.2.3-r100", "1.2.3-r2"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareSemver, versions);
  });

  it.each([
    [["1.2.3", "v1.2.3", "=1.2.3", " v1.2.3", "v 1.2.3", " = 1.2.3 ", "1.2.3+build", "1.2.3+otherbuild"]],
    [["1.2.3-0", "v1.2.3-0", "=1.2.3-0", " = v1.2.3-0", "1.2.3-0+build"]],
    [["1.2.3-beta", " = 1.2.3-beta", "1.2.3-beta+build", "1.2.3-beta+otherbuild"]],
    [["1", "1.0", "1.0.0", "01.00.0"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(compareSemver, versions);
  });

  it("has what is no version as a prerelease of 0.0.0", () => {
    expectAscending(compareSemver, ["0", "0.0.0-0", "1.0.0-", "1.0.0_1", "1.2.3.4", "latest", "0.0.0", "0.0.1-0"]);
  });

  it("is total", () => {
    expectTotalOrder(compareSemver, ["0", "0", "1", "10", "01", ".", ".", "-", "a", "B", "+", "v", " ", "1.2.3", "!"]);
  });
});
