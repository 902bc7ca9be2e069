import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createColumn, createRunColumn } from "../../../src/facts/files/column.ts";

const row = fc.oneof(fc.nat(20), fc.nat(2000), fc.nat(200_000));
const writes = fc.array(fc.tuple(row, fc.constantFrom(0, 1, 2, 2 ** 32 - 1), fc.nat(600)), { maxLength: 30 });

describe.each([
  ["createColumn", createColumn],
  ["createRunColumn", createRunColumn],
])("%s", (_, create) => {
  it("has what was set last, and 0 where nothing was", () => {
    fc.assert(
      fc.property(writes, (all) => {
        const column = create();
        const expected = new Map<number, number>();
        for (const [first, value, length] of all) {
          for (let at = first; at <= first + length; at++) {
            column.set(at, value);
            expected.set(at, value);
          }
        }
        for (const at of [0, 255, 256, 65_535, 65_536, 300_000]) expect(column.get(at)).toBe(expected.get(at) ?? 0);
        for (const [at, value] of expected)
          if (column.get(at) !== value) expect([at, column.get(at)]).toEqual([at, value]);
      }),
      { numRuns: 60, seed: 6 },
    );
  });
});
