import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bytesInMemory } from "../../../src/scan/reading/random-bytes.ts";
import { isBerkeleyHash, readBerkeleyHash } from "../../../src/scan/rpm/berkeley.ts";
import { has } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { loadBerkeley } from "./load-berkeley.ts";
import { madeBerkeley } from "./made-database.ts";

const blobs = [Buffer.from("short"), Buffer.alloc(4070, 1), Buffer.alloc(4071, 2), Buffer.alloc(100_000, 3)];

/** Length and digest of each blob. */
function fingerprints(blobs: Iterable<Uint8Array>): string[] {
  return [...blobs].map((blob) => `${blob.length} ${createHash("sha256").update(blob).digest("hex")}`);
}

describe("readBerkeleyHash", () => {
  it.for(["little", "big"] as const)("reads values of every length, %s-endian", (order) => {
    const bytes = madeBerkeley(blobs, { order });
    expect(isBerkeleyHash(bytesInMemory(bytes))).toBe(true);
    expect(fingerprints(readBerkeleyHash(bytesInMemory(bytes)))).toEqual(fingerprints(blobs));
  });

  it("follows a bucket to the pages that continue it", () => {
    const many = Array.from({ length: 700 }, (_, index) => Buffer.from(String(index)));
    const bytes = bytesInMemory(madeBerkeley(many, { pageSize: 512 }));
    expect(fingerprints(readBerkeleyHash(bytes))).toEqual(fingerprints(many));
  });

  it.for([
    ["a version to come", (bytes: Buffer) => bytes.writeUInt32LE(11, 16), "version 11"],
    ["encryption", (bytes: Buffer) => bytes.writeUInt8(1, 24), "encrypted"],
    ["a page size of 1000", (bytes: Buffer) => bytes.writeUInt32LE(1000, 20), "page size"],
    ["a bucket beyond its end", (bytes: Buffer) => bytes.writeUInt32LE(9999, 96), "outside the file"],
    ["pages at wrong places", (bytes: Buffer) => bytes.writeUInt32LE(2, 4096 + 8), "wrong place"],
    ["a bucket that continues itself", (bytes: Buffer) => bytes.writeUInt32LE(1, 4096 + 16), "circle"],
    ["four thousand million buckets", (bytes: Buffer) => bytes.writeUInt32LE(0xffff_ffff, 72), "circle"],
    ["a bucket of another type", (bytes: Buffer) => bytes.writeUInt8(5, 4096 + 25), "wrong type"],
    ["too many entries", (bytes: Buffer) => bytes.writeUInt16LE(0xffff, 4096 + 20), "too many entries"],
    ["overlapping entries", (bytes: Buffer) => bytes.writeUInt16LE(30, 4096 + 26), "overlapping"],
    ["a chain of pages that is too short", (bytes: Buffer) => bytes.writeUInt16LE(0, 2 * 4096 + 22), "broken chain"],
  ] as const)("refuses %s", ([, change, message]) => {
    const bytes = Buffer.from(madeBerkeley(blobs));
    change(bytes);
    expect(() => [...readBerkeleyHash(bytesInMemory(bytes))]).toThrow(message);
  });

  it("refuses more entries than any database of packages has", () => {
    const bytes = madeBerkeley(Array(100_000).fill(Buffer.alloc(0)));
    expect(() => [...readBerkeleyHash(bytesInMemory(bytes))]).toThrow("too many entries");
  });

  const canLoad = has("db5.3_load");
  it.skipIf(!canLoad).for([512, 4096, 65_536])(
    `reads what Berkeley DB wrote, in pages of %i bytes${canLoad ? "" : " (skipped without db5.3_load of db5.3-util)"}`,
    async (pageSize) => {
      const many = Array.from({ length: 500 }, (_, index) => Buffer.alloc((index * 37) % 9000, index));
      const bytes = loadBerkeley(many, { folder: await temporaryFolder(), pageSize });
      expect(fingerprints(readBerkeleyHash(bytesInMemory(bytes))).sort()).toEqual(fingerprints(many).sort());
    },
  );
});
