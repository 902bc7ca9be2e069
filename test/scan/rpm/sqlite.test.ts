import { describe, expect, it } from "vitest";
import { bytesInMemory } from "../../../src/scan/reading/random-bytes.ts";
import { readSqliteTable } from "../../../src/scan/rpm/sqlite.ts";
import { madeSqlite } from "./made-database.ts";

const blobs = Array.from({ length: 40 }, (_, index) => Buffer.alloc(index * index * 7, index));

describe("readSqliteTable", () => {
  it.for([512, 1024, 4096, 65_536])("reads rows of every length from pages of %i bytes", (pageSize) => {
    const bytes = madeSqlite(blobs, { pageSize });
    const rows = [...readSqliteTable(bytesInMemory(bytes), "Packages")];
    const found = rows.map(([number, blob]) => number === null && blob instanceof Uint8Array && Buffer.from(blob));
    expect(found.map((blob, index) => blob !== false && blob.equals(blobs[index] ?? Buffer.from("none")))).toEqual(
      blobs.map(() => true),
    );
  });

  it("reads the table of tables, numbers and texts among its columns", () => {
    const rows = [...readSqliteTable(bytesInMemory(madeSqlite([])), "sqlite_sequence")];
    expect(rows).toEqual([]);
    const full = [
      ...readSqliteTable(bytesInMemory(madeSqlite([Buffer.from("a"), Buffer.from("b")])), "sqlite_sequence"),
    ];
    expect(full).toEqual([["Packages", 2]]);
  });

  it("says which table is missing", () => {
    expect(() => [...readSqliteTable(bytesInMemory(madeSqlite([])), "Absent")]).toThrow("it has no table Absent");
  });

  it("refuses pages that go in a circle", () => {
    const bytes = Buffer.from(madeSqlite(blobs, { pageSize: 512 }));
    const interior = Array.from({ length: bytes.length / 512 }, (_, page) => page * 512).filter(
      (at) => at > 0 && bytes[at] === 5,
    );
    expect(interior.length).toBeGreaterThan(0);
    for (const at of interior) bytes.writeUInt32BE(at / 512 + 1, at + 8);
    expect(() => [...readSqliteTable(bytesInMemory(bytes), "Packages")]).toThrow("in a circle");
  });

  it("refuses rows that overlap, so that a small file cannot have many large rows", () => {
    const bytes = Buffer.from(madeSqlite([Buffer.alloc(3000), Buffer.alloc(3000)]));
    const leaf = Array.from({ length: bytes.length / 4096 }, (_, page) => page * 4096).findLast(
      (at) => bytes[at] === 13 && bytes.readUInt16BE(at + 3) === 1,
    );
    expect(leaf).toBeDefined();
    const [start, cell] = [leaf ?? 0, bytes.readUInt16BE((leaf ?? 0) + 8)];
    bytes.writeUInt16BE(200, start + 3);
    for (let index = 0; index < 200; index++) bytes.writeUInt16BE(cell, start + 8 + index * 2);
    expect(() => [...readSqliteTable(bytesInMemory(bytes), "Packages")]).toThrow("overlap");
  });

  it("refuses another text encoding than UTF-8", () => {
    const bytes = Buffer.from(madeSqlite([]));
    bytes.writeUInt32BE(2, 56);
    expect(() => [...readSqliteTable(bytesInMemory(bytes), "Packages")]).toThrow("not UTF-8");
  });

  it("refuses more rows than any database of packages has", () => {
    const bytes = madeSqlite(Array(100_001).fill(Buffer.alloc(1)));
    expect(() => [...readSqliteTable(bytesInMemory(bytes), "Packages")]).toThrow("too many rows");
  });
});
