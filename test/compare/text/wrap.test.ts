import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { padded, wrapped } from "../../../src/compare/text/wrap.ts";
import { cellsOf } from "../../../src/vuln/report/text/terminal.ts";

describe("wrapped text", () => {
  it.each([
    ["one line", 20, 0, ["one line"]],
    ["breaks at blanks", 10, 0, ["breaks at", "blanks"]],
    ["registry.example/team/app:1.0", 16, 0, ["registry.example", "/team/app:1.0"]],
    ["registry.example/team/app:1.0", 18, 2, ["registry.example/", "  team/app:1.0"]],
    ["sha256:0123456789", 8, 0, ["sha256:", "01234567", "89"]],
    ["", 10, 0, [""]],
    ["漢字漢字", 5, 0, ["漢字", "漢字"]],
  ])("of %j in %i columns, indented by %i", (text, width, indent, lines) => {
    expect(wrapped(text, { width, indent })).toEqual(lines);
  });

  it("loses nothing but blanks at breaks, and fits", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "/", "@", ":", ",", "-", "漢", "́"), maxLength: 40 });
    const options = fc.record({ width: fc.integer({ min: 6, max: 60 }), indent: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), options, (words, { width, indent }) => {
        const lines = wrapped(words.join(" "), { width, indent });
        expect(lines.join("").replaceAll(" ", "")).toBe(words.join(""));
        expect(lines.filter((line) => cellsOf(line) > width)).toEqual([]);
      }),
    );
  });
});

it("padding counts columns, not characters", () => {
  expect([padded("漢", 4), padded("ab", 4), padded("abcdef", 4)]).toEqual(["漢  ", "ab  ", "abcdef"]);
});
