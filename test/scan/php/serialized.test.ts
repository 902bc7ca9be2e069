import { describe, expect, it } from "vitest";
import { parseSerialized } from "../../../src/scan/php/serialized.ts";

function parse(text: string): unknown {
  return parseSerialized(Buffer.from(text));
}

describe("values PHP has serialised", () => {
  it("are read with lengths in bytes", () => {
    const text =
      'a:6:{s:4:"naïv";N;i:0;s:5:"naïv";s:1:"b";b:1;s:1:"i";i:-7;s:1:"d";d:0.5;s:1:"a";a:1:{i:3;b:0;}}'.replace(
        's:4:"naïv"',
        's:5:"naïv"',
      );
    expect(parse(text)).toEqual(
      new Map<string, unknown>([
        ["naïv", null],
        ["0", "naïv"],
        ["b", true],
        ["i", -7],
        ["d", 0.5],
        ["a", new Map([["3", false]])],
      ]),
    );
  });

  it("may have quotes and brackets within texts", () => {
    expect(parse('s:6:"a";}{"";')).toBe('a";}{"');
  });

  it.each([
    ["an unknown value at byte 0", 'O:3:"Foo":0:{}'],
    ["an unknown value at byte 0", ""],
    ["it ends within a text", 's:9:"abc";'],
    ['no " at byte 7', 's:2:"abc";'],
    ["no length at byte", 's:-1:"";'],
    ["no length at byte", "a:9999999999:{}"],
    ["an array whose key is no text or number", "a:1:{b:1;N;}"],
    ["an unknown value", "a:3:{i:0;N;}"],
    ["no end of what starts at byte", "i:1"],
    ["no } at byte", "a:0:{N;}"],
    ["nested more than 50 deep", `${"a:1:{i:0;".repeat(60)}N;${"}".repeat(60)}`],
    ["nested more than 50 deep", "a:1:{a:1:{i:0;N;}N;}"],
  ])("are refused: %s", (reason, text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: "SCAN_FILE_INVALID", message: expect.stringContaining(reason) }),
    );
  });
});
