import { describe, expect, it } from "vitest";
import { alpineDatabase, readDatabase } from "./made.ts";

const read = (text: string) => readDatabase(Buffer.from(text));

describe("readApkInstalled", () => {
  it("reads every package with its files", () => {
    const database = read(alpineDatabase);
    expect(database?.damaged).toBe(0);
    expect(database?.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "musl 1.2.5-r9",
      "libcrypto3 3.3.3-r0",
      "busybox 1.37.0-r12",
      "apk-tools 2.14.6-r3",
      ".build-deps 20260101.120000",
    ]);
    expect(database?.packages[1]).toEqual({
      name: "libcrypto3",
      version: "3.3.3-r0",
      architecture: "x86_64",
      origin: "openssl",
      license: "Apache-2.0",
      maintainer: "Ariadne Conill <ariadne@dereferenced.org>",
      files: [
        ["etc/ssl", "openssl.cnf"],
        ["usr/lib", "libcrypto.so.3"],
      ],
      dependsOn: [0],
    });
  });

  it("resolves libraries, commands and names, with and without versions", () => {
    expect(read(alpineDatabase)?.packages.map(({ dependsOn }) => dependsOn)).toEqual([[], [0], [0], [0, 1, 2], [2]]);
  });

  it("has null for fields that are missing", () => {
    expect(read("P:a\nV:1-r0\n")?.packages).toEqual([
      {
        ...{ name: "a", version: "1-r0", architecture: null, origin: null, license: null, maintainer: null },
        ...{ files: [], dependsOn: [] },
      },
    ]);
  });

  it("counts paragraphs without name or version, and reads the others", () => {
    const database = read("P:a\n\nV:1\n\nP:b c\nV:1\n\n\n\nP:d\nV:1\n");
    expect(database?.packages.map(({ name }) => name)).toEqual(["d"]);
    expect(database?.damaged).toBe(3);
  });

  it("reads lines that end as those of Windows", () => {
    expect(read("P:a\r\nV:1\r\nF:usr\r\nR:x\r\n\r\nP:b\r\nV:2\r\n")?.packages).toMatchObject([
      { name: "a", version: "1", files: [["usr", "x"]] },
      { name: "b", version: "2" },
    ]);
  });

  it("is nothing for a file of another kind", () => {
    for (const text of ["", "\n\n", "{}", "Package: a\nVersion: 1\n"]) expect(read(text)).toBeNull();
  });

  it("passes over what is too long for a package, and says where it stopped", () => {
    const long = read(`P:a\nV:1\n${"F:a\nR:b\n".repeat(600_000)}\nP:b\nV:1\n`);
    expect(long).toMatchObject({ packages: [{ name: "b" }], damaged: 1, isCut: false });
    const many = read("P:a\nV:1\n\n".repeat(10_001));
    expect(many?.packages.length).toBe(10_000);
    expect(many?.isCut).toBe(true);
  });

  it("ends quickly where everything provides and requires the same", () => {
    const text = Array.from({ length: 5000 }, (_, index) => `P:p${index}\nV:1\np:same\nD:same\n`).join("\n");
    expect(read(text)?.packages.every(({ dependsOn }) => dependsOn.length <= 16)).toBe(true);
  });
});
