import { describe, expect, it } from "vitest";
import { readSqliteRecord, readVarint } from "../../../src/scan/rpm/sqlite-record.ts";

describe("readSqliteRecord", () => {
  it("reads nothing, whole numbers of every size, texts and bytes", () => {
    const head = [0, 1, 2, 3, 4, 5, 6, 8, 9, 17, 16];
    const values = [
      ...[[0xff], [0x01, 0x00], [0x80, 0, 0], [0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]],
      ...[
        [0, 0, 0, 0, 0, 0, 1, 0],
        [0x61, 0x62],
        [1, 2],
      ],
    ].flat();
    const row = readSqliteRecord(Uint8Array.from([head.length + 1, ...head, ...values]));
    expect(row).toEqual([null, -1, 256, -8_388_608, 2_147_483_647, -2, 256, 0, 1, "ab", Uint8Array.from([1, 2])]);
  });

  it("is not a number for a floating-point number", () => {
    expect(readSqliteRecord(Uint8Array.from([2, 7, 0, 0, 0, 0, 0, 0, 0, 0]))).toEqual([Number.NaN]);
  });

  it.for([
    ["its head", [9, 1]],
    ["its values", [2, 4, 0]],
    ["a number in its head", [2, 0x81, 0]],
  ] as const)("refuses a row that ends within %s", ([, bytes]) => {
    expect(() => readSqliteRecord(Uint8Array.from(bytes))).toThrow(/it has a/);
  });

  it("reads no more columns than any table of rpm has", () => {
    expect(readSqliteRecord(Uint8Array.from([41, ...new Uint8Array(40)])).length).toBe(16);
  });
});

describe("readVarint", () => {
  it.for([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x81, 0x00], 128],
    [[0x82, 0x80, 0x01], 32_769],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x05], 5],
  ] as const)("reads %j", ([bytes, value]) => {
    expect(readVarint(Uint8Array.from([...bytes, 0x55]), { at: 0, end: 10 })).toEqual({ value, end: bytes.length });
  });

  it("does not read past the end it is given", () => {
    expect(() => readVarint(Uint8Array.from([0x81, 0x00]), { at: 0, end: 1 })).toThrow("cut off");
  });
});
