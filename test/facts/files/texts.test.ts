import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTexts } from "../../../src/facts/files/texts.ts";

const character = fc.constantFrom("a", "/", "ü", "ÿ", "Ā", "名", "\ud800", "\u007f", "\0");
const length = fc.oneof(fc.nat(12), fc.constantFrom(125, 126, 127, 128, 255, 256, 16_383));
const text = fc.tuple(fc.string({ unit: character, minLength: 1, maxLength: 3 }), length).map(([unit, size]) => {
  return unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
});

describe("createTexts", () => {
  it("gives back what was added, over the end of its blocks too", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 400, size: "max" }), (all) => {
        const texts = createTexts();
        expect(all.map((one) => texts.add(one))).toEqual(all.map((_, number) => number));
        for (const [number, one] of all.entries()) {
          expect(texts.text(number)).toBe(one);
          const path = `x${one}y`;
          expect(texts.matches(number, { path, start: 1, end: path.length - 1 })).toBe(true);
          expect(texts.matches(number, { path, start: 0, end: path.length - 1 })).toBe(false);
          const other = `${one.slice(0, -1)}\u0001`;
          expect(texts.matches(number, { path: other, start: 0, end: one.length })).toBe(one === "");
        }
      }),
      { numRuns: 30 },
    );
  });

  it("refuses what is longer than a path of any system", () => {
    expect(() => createTexts().add("a".repeat(16_384))).toThrow("a text of 16384 characters");
  });
});
