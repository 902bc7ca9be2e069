import { describe, expect, it } from "vitest";
import { readRpmHeader } from "../../../src/scan/rpm/header.ts";
import { headerOf } from "./made-header.ts";

describe("readRpmHeader", () => {
  it("reads texts, lists of texts, and numbers of one and four bytes", () => {
    const header = readRpmHeader(
      headerOf([
        [1000, "grün"],
        [1117, ["a", "", "c"]],
        [1003, [7, 0xffff_fffe]],
        [1029, Uint8Array.from([0, 3, 255])],
      ]),
    );
    expect(header.text(1000)).toBe("grün");
    expect(header.texts(1117)).toEqual(["a", "", "c"]);
    expect(header.text(1117)).toBe("a");
    expect(header.numbers(1003)).toEqual([7, 0xffff_fffe]);
    expect(header.numbers(1029)).toEqual([0, 3, 255]);
  });

  it("has nothing for a tag that is missing or of another type", () => {
    const header = readRpmHeader(headerOf([[1000, "a"]]));
    expect([header.text(1001), header.texts(1001), header.numbers(1001)]).toEqual([null, [], []]);
    expect(header.numbers(1000)).toEqual([]);
    expect(readRpmHeader(headerOf([[1003, [1]]])).text(1003)).toBeNull();
  });

  it("takes what stands last of a tag that stands twice", () => {
    const header = readRpmHeader(
      headerOf([
        [1000, "packaged"],
        [1000, "installed"],
      ]),
    );
    expect(header.text(1000)).toBe("installed");
  });

  it("refuses a header that is cut off", () => {
    const bytes = headerOf([
      [1000, "name"],
      [1003, [1, 2, 3]],
    ]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readRpmHeader(bytes.subarray(0, length)), String(length)).toThrow(/header/);
    }
    expect(readRpmHeader(bytes).numbers(1003)).toEqual([1, 2, 3]);
  });

  it.for([
    ["a text", 6, 4, 1],
    ["a list of texts", 8, 0, 2],
    ["numbers", 4, 0, 0xffff_ffff],
    ["more texts than any package has", 8, 0, 0xffff_ffff],
  ] as const)("refuses %s outside the store", ([, type, offset, count]) => {
    const bytes = Buffer.alloc(8 + 16 + 4);
    for (const [at, value] of [1, 4, 1000, type, offset, count].entries()) bytes.writeUInt32BE(value, at * 4);
    bytes.write("abc\0", 24, "latin1");
    const header = readRpmHeader(bytes);
    expect(() => [header.texts(1000), header.numbers(1000)]).toThrow(/package's header/);
  });

  it("reads the first 4096 bytes of a text", () => {
    const header = readRpmHeader(headerOf([[1014, "x".repeat(5000)]]));
    expect(header.text(1014)).toBe("x".repeat(4096));
  });

  it("refuses lists that overlap each other, so that a small header cannot have many long ones", () => {
    const bytes = Buffer.from(
      headerOf([
        [1047, ["a", "b"]],
        [1049, ["c", "d"]],
        [1117, ["e", "f"]],
      ]),
    );
    for (const entry of [1, 2]) bytes.writeUInt32BE(0, 8 + entry * 16 + 8);
    bytes.writeUInt32BE(6, 8 + 12);
    const header = readRpmHeader(bytes);
    expect(header.texts(1047)).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(() => header.texts(1049)).toThrow("overlap");
  });

  it("refuses more values than all headers together may have", () => {
    const budget = { values: 5 };
    const bytes = headerOf([[1029, [1, 2, 3]]]);
    expect(readRpmHeader(bytes, budget).numbers(1029)).toEqual([1, 2, 3]);
    expect(() => readRpmHeader(bytes, budget).numbers(1029)).toThrow("too many values");
    expect(budget.values).toBeLessThan(0);
  });
});
