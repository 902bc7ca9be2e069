import { describe, expect, it } from "vitest";
import { createStanzaStream } from "../../../src/scan/installed/stanza-stream.ts";

function cut(pieces: readonly string[], { limit = 100, most = 100 } = {}): readonly string[] {
  const texts: string[] = [];
  const stream = createStanzaStream({
    limit,
    isFull: () => texts.length >= most,
    take: (text) => texts.push(text),
    tooLong: () => texts.push("too long"),
  });
  for (const piece of pieces) stream.write(Buffer.from(piece));
  stream.end();
  return texts;
}

describe("createStanzaStream", () => {
  it.each([
    [["a\n\nb\n"], ["a\n", "b\n"]],
    [
      ["a\n", "\nb"],
      ["a\n", "b"],
    ],
    [
      ["a", "\n", "\n", "b"],
      ["a\n", "b"],
    ],
    [
      ["\n\n\na\n\n\n\n", "\n", "b\n\n"],
      ["a\n", "b\n"],
    ],
    [
      ["", "a", "", "\n", "", "\nb"],
      ["a\n", "b"],
    ],
    [["a: é\n\n"], ["a: é\n"]],
    [[], []],
  ])("cuts %j", (pieces, expected) => {
    expect(cut(pieces)).toEqual(expected);
  });

  it("tells of what is too long, and goes on behind it", () => {
    expect(cut(["aaa", "aaa\n", "bbbb\n\n", "c"], { limit: 6 })).toEqual(["too long", "c"]);
    expect(cut(["aaaaa\n\nc"], { limit: 6 })).toEqual(["aaaaa\n", "c"]);
  });

  it("cuts nothing more once enough was taken", () => {
    expect(cut(["a\n\nb\n\nc", "\n\nd"], { most: 2 })).toEqual(["a\n", "b\n"]);
  });
});
