import { describe, expect, it } from "vitest";
import { bytesInMemory } from "../../../src/scan/reading/random-bytes.ts";
import { isNdb, readNdb } from "../../../src/scan/rpm/ndb.ts";
import { madeNdb } from "./made-database.ts";

const blobs = [Buffer.from("one"), Buffer.alloc(5000, 2), Buffer.alloc(0)];

describe("readNdb", () => {
  it("yields what each slot names, in the order of the slots", () => {
    const bytes = madeNdb(blobs);
    expect(isNdb(bytesInMemory(bytes))).toBe(true);
    expect([...readNdb(bytesInMemory(bytes))]).toEqual(blobs);
  });

  it("passes over the slot of an erased package", () => {
    expect([...readNdb(bytesInMemory(madeNdb([null, Buffer.from("kept"), null])))]).toEqual([Buffer.from("kept")]);
  });

  it("reads slots of several pages", () => {
    const many = Array.from({ length: 600 }, (_, index) => Buffer.from(String(index)));
    expect([...readNdb(bytesInMemory(madeNdb(many)))]).toEqual(many);
  });

  it.for([
    ["a version to come", (bytes: Buffer) => bytes.writeUInt32LE(1, 4), "version 1"],
    ["slots beyond its end", (bytes: Buffer) => bytes.writeUInt32LE(9_999_999, 12), "cut off"],
    ["a damaged slot", (bytes: Buffer) => bytes.write("slot", 48, "latin1"), "list of packages is damaged"],
    ["a record beyond its end", (bytes: Buffer) => bytes.writeUInt32LE(0xffff_ffff, 40), "outside the file"],
    ["another package's record", (bytes: Buffer) => bytes.writeUInt32LE(9, 36), "record is damaged"],
    ["a record longer than the file", (bytes: Buffer) => bytes.writeUInt32LE(0xffff_0000, 4096 + 12), "is damaged"],
  ] as const)("refuses %s", ([, change, message]) => {
    const bytes = Buffer.from(madeNdb(blobs));
    change(bytes);
    expect(() => [...readNdb(bytesInMemory(bytes))]).toThrow(message);
  });

  it("refuses records that overlap, so that a small file cannot have many large ones", () => {
    const bytes = Buffer.from(madeNdb([Buffer.alloc(5000)]));
    for (let slot = 1; slot < 254; slot++) bytes.copy(bytes, 32 + slot * 16, 32, 48);
    expect(() => [...readNdb(bytesInMemory(bytes))]).toThrow("overlap");
  });

  it("refuses more records than any database has, however small they are", () => {
    const bytes = Buffer.from(madeNdb(Array(100_001).fill(Buffer.alloc(0))));
    expect(() => [...readNdb(bytesInMemory(bytes))]).toThrow("too long");
  });
});
