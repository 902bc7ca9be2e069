import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytesInMemory } from "../../../src/scan/reading/random-bytes.ts";
import { type RpmDatabase, readRpmDatabase } from "../../../src/scan/rpm/database.ts";
import { maxRecordSize } from "../../../src/scan/rpm/limits.ts";
import { tags } from "../../../src/scan/rpm/package.ts";
import { onDisk } from "../reading/on-disk.ts";
import { madeBerkeley, madeNdb, madeSqlite } from "./made-database.ts";
import { headerOf, madeHeader } from "./made-header.ts";

const many = Array.from({ length: 400 }, (_, index) => `/usr/share/long/a-file-with-a-long-name-${index}`);
const blobs = [
  madeHeader({ name: "small" }),
  madeHeader({ name: "large", files: many, requires: ["small", "/bin/sh"] }),
  madeHeader({ name: "bash", epoch: 1, files: ["/usr/bin/sh"] }),
];

const formats: readonly (readonly [string, (blobs: readonly Uint8Array[]) => Uint8Array])[] = [
  ["SQLite", (all) => madeSqlite(all)],
  ["SQLite with large pages", (all) => madeSqlite(all, { pageSize: 65_536 })],
  ["SQLite with small pages", (all) => madeSqlite(all, { pageSize: 512 })],
  ["ndb", madeNdb],
  ["Berkeley DB", (all) => madeBerkeley(all)],
  ["Berkeley DB of a machine with the other byte order", (all) => madeBerkeley(all, { order: "big", pageSize: 512 })],
];

const places: readonly (readonly [string, (bytes: Uint8Array) => RpmDatabase | null])[] = [
  ["in memory", (bytes) => readRpmDatabase(bytesInMemory(bytes))],
  ["on disk", (bytes) => onDisk(bytes, readRpmDatabase)],
];

describe.for(formats.flatMap(([format, made]) => places.map(([place, read]) => [format, place, made, read] as const)))(
  "readRpmDatabase, %s %s",
  ([, , made, read]) => {
    it("reads every package and what it depends on", () => {
      const database = read(made(blobs));
      expect(database?.damaged).toBe(0);
      expect(database?.packages.map(({ name, epoch, dependsOn }) => ({ name, epoch, dependsOn }))).toEqual([
        { name: "small", epoch: null, dependsOn: [] },
        { name: "large", epoch: null, dependsOn: [0, 2] },
        { name: "bash", epoch: 1, dependsOn: [] },
      ]);
      expect(database?.packages[1]?.files).toEqual([
        ["usr/share/long", many.map((path) => path.slice("/usr/share/long/".length)).join("/")],
      ]);
    });

    it("reads a thousand packages", () => {
      const names = Array.from({ length: 1000 }, (_, index) => `package-${index}`);
      const database = read(made(names.map((name) => madeHeader({ name }))));
      expect(database?.packages.map(({ name }) => name)).toEqual(names);
    });

    it("reads one without packages", () => {
      expect(read(made([]))).toEqual({ packages: [], damaged: 0 });
    });

    it("counts a record that is no header, and reads the others", () => {
      const broken = headerOf([[1000, "no-version"]]);
      const database = read(made([madeHeader({ name: "a" }), broken, madeHeader({ name: "b" })]));
      expect(database?.packages.map(({ name }) => name)).toEqual(["a", "b"]);
      expect(database?.damaged).toBe(1);
    });

    it("counts a record larger than is read, and reads the others", () => {
      const large = madeHeader({ name: "large", others: [[1082, "x".repeat(maxRecordSize)]] });
      const database = read(made([madeHeader({ name: "a" }), large, madeHeader({ name: "b" })]));
      expect(database?.packages.map(({ name }) => name)).toEqual(["a", "b"]);
      expect(database?.damaged).toBe(1);
    });

    it("leaves out the keys rpm trusts", () => {
      const key = madeHeader({ name: "gpg-pubkey", version: "fd431d51", release: "4ae0493b" });
      const database = read(made([key, madeHeader({ name: "a", requires: ["b"] }), madeHeader({ name: "b" })]));
      expect(database?.packages.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
        ["a", [1]],
        ["b", []],
      ]);
      expect(database?.damaged).toBe(0);
    });

    it("refuses one that is cut off", () => {
      const bytes = made(blobs);
      for (const part of [0.3, 0.6, 0.9]) {
        expect(() => read(bytes.subarray(0, Math.floor(bytes.length * part)))).toThrow(
          expect.objectContaining({ code: "SCAN_FILE_INVALID" }),
        );
      }
    });
  },
);

describe("readRpmDatabase", () => {
  it("reads what rpm itself wrote as ndb, without what was erased from it", () => {
    const bytes = readFileSync(new URL("../../fixtures/rpm/Packages.db", import.meta.url));
    const database = readRpmDatabase(bytesInMemory(bytes));
    expect(database?.damaged).toBe(0);
    expect(database?.packages).toMatchObject([
      { name: "shell", version: "1.0-1", epoch: 2, files: [["usr/bin", "sh"]], dependsOn: [] },
      { name: "app", version: "1.0-1", epoch: null, files: [["usr/bin", "app"]], dependsOn: [0] },
    ]);
    expect(
      database?.packages.map(({ license, vendor, architecture, sourceRpm }) => [
        license,
        vendor,
        architecture,
        sourceRpm,
      ]),
    ).toEqual(Array(2).fill(["MIT", "Test Team <team@example.org>", "noarch", "made-1.0-1.src.rpm"]));
  });

  it("refuses one whose packages have more than is kept", () => {
    const requires = Array.from({ length: 50_000 }, (_, index) => `${"x".repeat(100)}${index}`);
    const blob = madeHeader({ name: "a", requires });
    expect(() => readRpmDatabase(bytesInMemory(madeNdb(Array(20).fill(blob))))).toThrow("too many files and dep");
  });

  it("refuses one with more values than any has, also where none of them is kept", () => {
    const blob = headerOf([
      [tags.fileStates, new Uint8Array(250_000)],
      ...Array(3).fill([1000, "a"]),
      [1001, "1"],
      [1002, "1"],
    ]);
    expect(() => readRpmDatabase(bytesInMemory(madeNdb(Array(70).fill(blob))))).toThrow("too many files and dep");
  });

  it("is nothing for a file of another format", () => {
    for (const text of ["", "Packages", "x".repeat(5000)])
      expect(readRpmDatabase(bytesInMemory(Buffer.from(text)))).toBeNull();
  });
});
