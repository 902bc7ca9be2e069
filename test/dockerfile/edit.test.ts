import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editSource, lineEnding, replaceRange } from "../../src/dockerfile/edit.ts";
import { parseDockerfile, printDockerfile } from "../../src/dockerfile/parse.ts";
import { stagesOf } from "../../src/dockerfile/stages.ts";

describe("editing", () => {
  it("replaces an image and keeps every other byte", () => {
    const source = '\uFEFF# c\r\nfrom  --platform=$P\tnode:24   As x \r\nCMD [ "node" ]';
    const dockerfile = parseDockerfile(source);
    const range = stagesOf(dockerfile)[0]?.image.range ?? { start: 0, end: 0 };
    const edited = replaceRange(dockerfile, range, { text: "hardened:1" });
    expect(printDockerfile(edited)).toBe(source.replace("node:24", "hardened:1"));
    expect(stagesOf(edited)[0]?.base).toEqual({ kind: "image", reference: "hardened:1" });
  });

  it("leaves all outside the ranges as it is, whatever the order of edits", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.tuple(fc.nat(30), fc.nat(5), fc.string({ maxLength: 3 })), { maxLength: 4 }),
        (source, raw) => {
          let at = 0;
          const edits = raw.flatMap(([gap, length, text]) => {
            const start = at + gap;
            at = start + length + 1;
            return at - 1 > source.length ? [] : [{ range: { start, end: start + length }, text }];
          });
          const expected = edits
            .toReversed()
            .reduce((text, edit) => text.slice(0, edit.range.start) + edit.text + text.slice(edit.range.end), source);
          expect(editSource(source, edits.toReversed())).toBe(expected);
        },
      ),
    );
  });

  it.each([
    [
      [
        { range: { start: 0, end: 3 }, text: "" },
        { range: { start: 2, end: 4 }, text: "" },
      ],
    ],
    [[{ range: { start: 3, end: 9 }, text: "" }]],
    [[{ range: { start: 3, end: 2 }, text: "" }]],
  ])("refuses edits that overlap or do not fit: %j", (edits) => {
    expect(() => editSource("12345", edits)).toThrow(expect.objectContaining({ code: "DOCKERFILE_EDIT_INVALID" }));
  });

  it("knows the line end in use", () => {
    expect(lineEnding(parseDockerfile("FROM a\r\n"))).toBe("\r\n");
    expect(lineEnding(parseDockerfile("FROM a\n"))).toBe("\n");
    expect(lineEnding(parseDockerfile("FROM a"))).toBe("\n");
  });
});
