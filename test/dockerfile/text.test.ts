import { describe, expect, it } from "vitest";
import { DockerfileError } from "../../src/dockerfile/error.ts";
import { dockerfileText, joinLogical, maximumLength, splitWords, wordAt } from "../../src/dockerfile/text.ts";

describe("the text of a file", () => {
  it("keeps the byte order mark", () => {
    expect(dockerfileText(new Uint8Array([0xef, 0xbb, 0xbf, 0x46]))).toBe("\uFEFFF");
  });

  it("is refused when it is not UTF-8 or too large", () => {
    expect(() => dockerfileText(new Uint8Array([0xff]))).toThrow(
      expect.objectContaining({ code: "DOCKERFILE_NOT_TEXT" }),
    );
    expect(() => dockerfileText(new Uint8Array(maximumLength + 1))).toThrow(DockerfileError);
  });
});

describe("logical text", () => {
  const text = joinLogical([
    { text: "ab ", start: 10 },
    { text: "", start: 14 },
    { text: "cd ef", start: 20 },
  ]);

  it("maps words back to the source", () => {
    expect(splitWords(text)).toEqual([
      { text: "ab", range: { start: 10, end: 12 }, intact: true },
      { text: "cd", range: { start: 20, end: 22 }, intact: true },
      { text: "ef", range: { start: 23, end: 25 }, intact: true },
    ]);
  });

  it("says when a word is not in one piece", () => {
    expect(wordAt(text, { from: 1, to: 4 })).toEqual({ text: "b c", range: { start: 11, end: 21 }, intact: false });
    expect(wordAt(text, { from: 2, to: 2 }).intact).toBe(false);
  });
});
