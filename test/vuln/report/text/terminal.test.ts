import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellsOf, paragraph, table } from "../../../../src/vuln/report/text/terminal.ts";

const terminal = { columns: 60, color: false };

describe("a paragraph", () => {
  it("breaks at spaces, later lines further in", () => {
    const text = paragraph(["one two three four five six seven eight nine ten eleven twelve thirteen"], {
      indent: 2,
      hang: 4,
      terminal,
    });
    expect(text).toBe("  one two three four five six seven eight nine ten eleven\n    twelve thirteen\n");
  });

  it("fills a piece that asks for room", () => {
    expect(paragraph([{ text: "a", pad: 4 }, { text: "bcdef", pad: 2 }, "g"], { indent: 1, terminal })).toBe(
      " a    bcdef g\n",
    );
  });

  it("breaks a word that no line has room for, and loses nothing of it", () => {
    const word = "x".repeat(130);
    const text = paragraph(["start", word], { indent: 0, hang: 2, terminal });
    expect(text.split("\n").map((line) => line.length)).toEqual([60, 60, 20, 0]);
    expect(text.replace(/\s/g, "")).toBe(`start${word}`);
  });

  it("counts wide characters as two cells and marks as none", () => {
    expect([cellsOf("abc"), cellsOf("漢字"), cellsOf("e\u0301"), cellsOf("🚀")]).toEqual([3, 4, 1, 2]);
  });

  it("takes any width for at least 60", () => {
    const words = Array.from({ length: 40 }, () => "word").join(" ");
    for (const columns of [0, -5, 20, Number.NaN, Number.POSITIVE_INFINITY]) {
      const longest = paragraph([words], { indent: 0, terminal: { columns, color: false } })
        .split("\n")
        .reduce((most, line) => Math.max(most, line.length), 0);
      expect(longest).toBe(59);
    }
  });

  it("loses no character that is seen, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.nat({ max: 10 }), (text, hang) => {
        const lines = paragraph([text], { indent: 0, hang, terminal });
        const seen = (whole: string) => whole.replace(/[ \n]/g, "");
        expect(seen(lines)).toBe(seen(text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?")));
      }),
    );
  });
});

describe("a table", () => {
  const columns = [
    { head: "Name", breaks: true },
    { head: "Version", breaks: true },
    { head: "C", right: true },
  ];

  it("aligns its columns", () => {
    const rows = [[{ text: "libc6" }, { text: "2.36" }, { text: "12" }]];
    expect(table(columns, { rows, terminal })).toBe("Name   Version   C\nlibc6  2.36     12\n");
  });

  it("breaks what is too wide", () => {
    const rows = [[{ text: "q".repeat(70) }, { text: "1" }, { text: "3" }]];
    const lines = table(columns, { rows, terminal }).split("\n");
    expect(lines.every((line) => line.length <= 60)).toBe(true);
    expect(lines.join("").replace(/[^q]/g, "")).toHaveLength(70);
  });
});
