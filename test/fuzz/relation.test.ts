import { describe, expect, it } from "vitest";
import { formatRelations, parseRelations, relationAppliesTo } from "../../src/debian/relation.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const field = Buffer.from(
  "libc6 (>= 2.36), python3:any | perl (<< 5~), gcc [amd64 !arm64 linux-any] <!nocheck> <cross>, a-b+c.d (= 1:2-3)",
);

describe("relations under mutation", () => {
  it("are parsed or refused; what is parsed is printed so that it parses to the same", async () => {
    const random = seeded(5);
    let read = 0;
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const text = mutate(field, random).toString();
      const parsed = await readsOrRefuses(() => {
        const relations = parseRelations(text);
        expect(parseRelations(formatRelations(relations))).toEqual(relations);
        for (const relation of relations.flat()) relationAppliesTo(relation, "amd64");
      });
      if (parsed) read++;
    }
    expect(read).toBeGreaterThan(0);
  });

  it("takes time in proportion to its length", () => {
    const started = performance.now();
    for (const part of ["a (", "a [", "a <", "a<a> ", " ", "(", "a:"]) {
      try {
        parseRelations(`x ${part.repeat(20_000)}!`);
      } catch {
        // Refusing is fine; taking long is not.
      }
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
