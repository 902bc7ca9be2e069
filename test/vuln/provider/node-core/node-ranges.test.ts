import fc from "fast-check";
import { Range } from "semver";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { loadNodeRanges } from "../../../../src/vuln/provider/node-core/node-ranges.ts";
import { isWithin } from "../../../../src/vuln/version/range.ts";
import { compareSemver } from "../../../../src/vuln/version/semver.ts";
import { sharedData, sharedText } from "../../shared-data.ts";

const ranges = await loadNodeRanges();

/** Events in short: `8.0.0 fixed 8.1.4`. */
const brief = (vulnerable: string, patched: string) =>
  ranges(vulnerable, patched)?.map(({ kind, version }) => (kind === "introduced" ? version : `${kind} ${version}`));

/** Whether every one of `releases` is within the events exactly when semver says that it is vulnerable and not patched. */
function disagreements(vulnerable: string, patched: string, releases: readonly string[]): readonly string[] {
  const events = ranges(vulnerable, patched);
  if (events === null) return ["not a range"];
  const [affected, mended] = [new Range(vulnerable), patched.trim() === "" ? null : new Range(patched)];
  return releases.filter((release) => {
    const expected = affected.test(release) && mended?.test(release) !== true;
    return isWithin(release, { events, bound: null }, compareSemver) !== expected;
  });
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Releases such as Node has: 0.x, and 1 to 26 with the first minor and patch numbers. */
const grid = [
  ...numbers(13).flatMap((minor) => numbers(50).map((patch) => `0.${minor}.${patch}`)),
  ...numbers(27).flatMap((major) =>
    numbers(23).flatMap((minor) => numbers(6).map((patch) => `${major}.${minor}.${patch}`)),
  ),
];

describe("node's ranges as events", () => {
  it.each([
    ["8.x || 7.x", "^8.1.4 || ^7.10.1", ["7.0.0", "fixed 7.10.1", "8.0.0", "fixed 8.1.4"]],
    ["4.x || 5.x || 6.x", "^4.7.3 || ^6.9.5", ["4.0.0", "fixed 4.7.3", "5.0.0", "fixed 6.9.5"]],
    [
      "<= 10",
      "^6.14.4 || ^8.11.4 || >= 10.9.0",
      ["0", "fixed 6.14.4", "7.0.0", "fixed 8.11.4", "9.0.0", "fixed 10.9.0"],
    ],
    ["8.5.0", "^8.6.0", ["8.5.0", "limit 8.5.1", "fixed 8.6.0"]],
    ["19.x || 20.x", "^20.3.1", ["19.0.0", "fixed 20.3.1"]],
    ["17.x || 20.x", "^20.3.1", ["17.0.0", "limit 18.0.0", "20.0.0", "fixed 20.3.1"]],
    ["5.x || 4.x", "^5.10.0 || 4.4.2", ["4.0.0", "fixed 4.4.2", "4.4.3", "fixed 5.10.0"]],
    ["18.x", "", ["18.0.0", "limit 19.0.0"]],
    [">=6.0.0 <6.2.0", " ", ["6.0.0", "limit 6.2.0"]],
    ["*", "", ["0"]],
    [">1.2.3 <=1.2.5", ">=2", ["1.2.4", "limit 1.2.6", "fixed 2.0.0"]],
    [">=2 <1", "", []],
    ["8.x", ">=8", []],
    ["1.0.0-rc.1", "", []],
  ])("are what is vulnerable and not patched: %s less %s", (vulnerable, patched, expected) => {
    expect(brief(vulnerable, patched)).toEqual(expected);
    expect(disagreements(vulnerable, patched, grid)).toEqual([]);
  });

  it.each(["every version", "8.y", `${"8.x || ".repeat(1000)}9.x`])("are null for what is no range: %s", (text) => {
    expect(ranges(text, "")).toBe(null);
    expect(ranges("8.x", text)).toBe(null);
  });

  it("agree with semver on all ranges", () => {
    const number = fc.nat(3);
    const version = fc.oneof(
      fc.tuple(number, number, number).map((parts) => parts.join(".")),
      fc.tuple(number, number, number).map((parts) => `${parts.join(".")}-rc.1`),
      fc.tuple(number, number).map((parts) => parts.join(".")),
      number.map((major) => `${major}.x`),
    );
    const bound = fc
      .tuple(fc.constantFrom("", "=", "<", "<=", ">", ">=", "^", "~"), version)
      .map((parts) => parts.join(""));
    const hyphen = fc.tuple(version, version).map((parts) => parts.join(" - "));
    const alternative = fc.oneof(
      fc.array(bound, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" ")),
      hyphen,
    );
    const range = fc.array(alternative, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(" || "));
    const small = numbers(5).flatMap((a) => numbers(5).flatMap((b) => numbers(5).map((c) => `${a}.${b}.${c}`)));
    fc.assert(
      fc.property(range, fc.option(range, { nil: "" }), (vulnerable, patched) => {
        expect(disagreements(vulnerable, patched, small)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it.skipIf(sharedData === null)("agree with semver on every advisory of Node.js (skipped without shared data)", () => {
    const advisory = z.object({ vulnerable: z.string(), patched: z.string() });
    const all = z.record(z.string(), advisory).parse(JSON.parse(sharedText("nodejs-core")));
    expect(Object.keys(all).length).toBeGreaterThan(150);
    const distinct = new Map(Object.values(all).map((one) => [`${one.vulnerable} less ${one.patched}`, one]));
    for (const [text, { vulnerable, patched }] of distinct) {
      expect(disagreements(vulnerable, patched, grid), text).toEqual([]);
      expect(
        brief(vulnerable, patched)?.some((event) => event.startsWith("fixed")),
        text,
      ).toBe(true);
    }
  });
});
