import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readElfDynamic } from "../../src/elf/dynamic.ts";
import { isElf } from "../../src/elf/header.ts";
import { dynamicElf } from "../support/dynamic-program.ts";
import { has, run } from "../support/program.ts";
import { printingProgram } from "../support/tiny-program.ts";

const parts = {
  interpreter: "/lib64/ld-linux-x86-64.so.2",
  needed: ["libssl.so.3", "libc.so.6"],
  soname: "libown.so.1",
  rpath: "/opt/lib:$ORIGIN/../lib",
  runpath: "$ORIGIN",
};

describe("readElfDynamic", () => {
  it("reads interpreter, needed libraries, name and search paths in their order", () => {
    expect(readElfDynamic(dynamicElf(parts))).toEqual({
      machine: "x86-64",
      interpreter: "/lib64/ld-linux-x86-64.so.2",
      needed: ["libssl.so.3", "libc.so.6"],
      soname: "libown.so.1",
      rpath: ["/opt/lib", "$ORIGIN/../lib"],
      runpath: ["$ORIGIN"],
    });
  });

  it("reads a library of another machine", () => {
    expect(readElfDynamic(dynamicElf({ machine: 183 }))).toMatchObject({
      machine: "aarch64",
      needed: [],
      soname: null,
    });
    expect(readElfDynamic(dynamicElf({ machine: 243 }))).toMatchObject({ machine: "243" });
  });

  it("finds nothing in a static program", () => {
    expect(readElfDynamic(printingProgram("hello", 0))).toEqual({
      machine: "x86-64",
      interpreter: null,
      needed: [],
      soname: null,
      rpath: [],
      runpath: [],
    });
  });

  it("says of 32-bit and big-endian files no more than that they are other", () => {
    for (const [at, value] of [
      [4, 1],
      [5, 2],
    ] as const) {
      const bytes = dynamicElf(parts);
      bytes[at] = value;
      expect(readElfDynamic(bytes)).toMatchObject({ machine: "other", interpreter: null, needed: [] });
    }
  });

  it.each([
    ["no ELF file", Buffer.from("#!/bin/sh\n")],
    ["one that is cut off", dynamicElf(parts).subarray(0, -1)],
    ["a header alone", dynamicElf(parts).subarray(0, 64)],
    ["one without segments", Buffer.concat([dynamicElf().subarray(0, 32), Buffer.alloc(200)])],
    ["one whose interpreter lies outside", changed(64 + 2 * 56 + 8, 1n << 40n)],
    ["one whose dynamic section lies outside", changed(64 + 56 + 32, 1n << 40n)],
    ["one whose texts lie outside", dynamicElf({ needed: ["x"] }).fill(0xff, 64 + 2 * 56 + 24, 64 + 2 * 56 + 32)],
    [
      "one whose needed texts are without end",
      dynamicElf({ needed: Array.from({ length: 30 }, () => "x".repeat(4000)) }),
    ],
    ["one with a name longer than any path", dynamicElf({ needed: ["x".repeat(20_000)] })],
  ])("gives null for %s", (_, bytes) => {
    expect(readElfDynamic(bytes)).toBeNull();
  });

  it("reads past no table of ten million entries", () => {
    const size = 16 * 10_000_000;
    const bytes = Buffer.concat([dynamicElf(), Buffer.alloc(size, 1)]);
    const start = dynamicElf().length;
    bytes.writeBigUInt64LE(BigInt(start), 64 + 56 + 8);
    bytes.writeBigUInt64LE(BigInt(size), 64 + 56 + 32);
    bytes.writeBigUInt64LE(BigInt(bytes.length), 64 + 32);
    const begin = performance.now();
    expect(readElfDynamic(bytes)).toBeNull();
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

const noReadelf = has("readelf") ? null : "needs readelf";

describe.skipIf(noReadelf !== null)(`readElfDynamic${noReadelf === null ? "" : ` (skipped: ${noReadelf})`}`, () => {
  it("says of programs and libraries of this machine what readelf says", () => {
    const files = [...sample("/usr/bin", 25), ...sample("/usr/lib/x86_64-linux-gnu", 25), ...sample("/usr/lib", 5)];
    let needed = 0;
    for (const path of files) {
      const bytes = readFileSync(path);
      const found = readElfDynamic(bytes);
      const listed = readelf(path);
      expect({ path, ...found }).toMatchObject({ path, ...listed });
      needed += listed.needed.length;
    }
    expect(needed).toBeGreaterThan(20);
  });
});

/** The first ELF files of a folder that are 64-bit. */
function sample(folder: string, count: number): readonly string[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && (folder.endsWith("bin") || entry.name.includes(".so")))
    .map((entry) => realpathSync(join(folder, entry.name)));
  return paths
    .filter((path) => {
      const start = readFileSync(path).subarray(0, 6);
      return isElf(start) && start[4] === 2;
    })
    .slice(0, count);
}

function readelf(path: string) {
  const dynamic = run("readelf", ["-dW", path]);
  const all = (pattern: RegExp) => [...dynamic.matchAll(pattern)].map((match) => match[1] ?? "");
  const folders = (tag: string) =>
    all(new RegExp(`\\(${tag}\\)\\s+.*\\[(.*)\\]`, "g")).flatMap((list) => list.split(":").filter(Boolean));
  return {
    interpreter: /interpreter: (.*)\]/.exec(run("readelf", ["-lW", path]))?.[1] ?? null,
    needed: all(/\(NEEDED\)\s+.*\[(.*)\]/g),
    soname: all(/\(SONAME\)\s+.*\[(.*)\]/g)[0] ?? null,
    rpath: folders("RPATH"),
    runpath: folders("RUNPATH"),
  };
}

/** A made file with one number of eight bytes changed. */
function changed(at: number, value: bigint): Buffer {
  const bytes = dynamicElf(parts);
  bytes.writeBigUInt64LE(value, at);
  return bytes;
}
