import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FoldedTable, foldedTables } from "../../../src/compare/markdown/fit.ts";

const table = (title: string, count: number, cell = "cell"): FoldedTable => ({
  title,
  head: ["a"],
  rows: Array.from({ length: count }, (_, index) => [`${cell} ${index}`]),
});

describe("tables that are to fit", () => {
  it("are whole where there is room, in their order, without the empty ones", () => {
    const text = foldedTables([table("one", 2), table("none", 0), table("two", 1)], Number.POSITIVE_INFINITY);
    expect(text.match(/<summary>.*<\/summary>/g)).toEqual(["<summary>one (2)</summary>", "<summary>two (1)</summary>"]);
    expect(text).toContain("| cell 1 |");
    expect(text).not.toContain("more");
  });

  it("share the room: a small one is whole beside a large one", () => {
    const text = foldedTables([table("large", 10_000), table("small", 20)], 5000);
    expect(text).toContain("<summary>large (10000)</summary>");
    expect(text).toMatch(/… and 9\d{3} more; `--format json` lists all\./);
    expect(text).toMatch(/<summary>small \(20\)<\/summary>[\s\S]*\| cell 19 \|/);
    expect(text.length).toBeGreaterThan(4500);
  });

  it("never take more room than there is", () => {
    const tables = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 60 }), fc.string({ maxLength: 30 })).map(([count, cell]) => {
        return table("t", count, cell);
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(tables, fc.integer({ min: 0, max: 4000 }), (some, room) => {
        expect(foldedTables(some, room).length).toBeLessThanOrEqual(room);
      }),
    );
  });
});
