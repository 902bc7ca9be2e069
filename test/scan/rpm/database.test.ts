import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readRpmDatabase } from "../../../src/scan/rpm/database.ts";
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

describe.for(formats)("readRpmDatabase, %s", ([, made]) => {
  it("reads every package and what it depends on", () => {
    const database = readRpmDatabase(made(blobs));
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
    const database = readRpmDatabase(made(names.map((name) => madeHeader({ name }))));
    expect(database?.packages.map(({ name }) => name)).toEqual(names);
  });

  it("reads one without packages", () => {
    expect(readRpmDatabase(made([]))).toEqual({ packages: [], damaged: 0 });
  });

  it("counts a record that is no header, and reads the others", () => {
    const broken = headerOf([[1000, "no-version"]]);
    const database = readRpmDatabase(made([madeHeader({ name: "a" }), broken, madeHeader({ name: "b" })]));
    expect(database?.packages.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(database?.damaged).toBe(1);
  });

  it("leaves out the keys rpm trusts", () => {
    const key = madeHeader({ name: "gpg-pubkey", version: "fd431d51", release: "4ae0493b" });
    const database = readRpmDatabase(
      made([key, madeHeader({ name: "a", requires: ["b"] }), madeHeader({ name: "b" })]),
    );
    expect(database?.packages.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ["a", [1]],
      ["b", []],
    ]);
    expect(database?.damaged).toBe(0);
  });

  it("refuses one that is cut off", () => {
    const bytes = made(blobs);
    for (const part of [0.3, 0.6, 0.9]) {
      expect(() => readRpmDatabase(bytes.subarray(0, Math.floor(bytes.length * part)))).toThrow(
        expect.objectContaining({ code: "SCAN_FILE_INVALID" }),
      );
    }
  });
});

describe("readRpmDatabase", () => {
  it("reads what rpm itself wrote as ndb, without what was erased from it", () => {
    const bytes = readFileSync(new URL("../../fixtures/rpm/Packages.db", import.meta.url));
    const database = readRpmDatabase(bytes);
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

  it("is nothing for a file of another format", () => {
    for (const text of ["", "Packages", "x".repeat(5000)]) expect(readRpmDatabase(Buffer.from(text))).toBeNull();
  });
});
