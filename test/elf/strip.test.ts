import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readElfHeader, readLoadSegments, readSections } from "../../src/elf/header.ts";
import { stripElf } from "../../src/elf/strip.ts";

/** The Node that runs the tests: a large, real program with symbols and debug information. */
const program = new Uint8Array(readFileSync(process.execPath));
const isLinux = process.platform === "linux";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "hardpan-strip-"));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe.skipIf(!isLinux)("stripElf (skipped where Node is not an ELF program)", () => {
  it("leaves a program that runs, and is smaller", async () => {
    const stripped = stripElf(program, "node");
    expect(stripped.length).toBeLessThan(program.length);
    const path = join(directory, "node");
    await writeFile(path, stripped, { mode: 0o755 });
    expect(execFileSync(path, ["--print", "process.version"], { encoding: "utf8" }).trim()).toBe(process.version);
  });

  it("keeps every loaded byte at its place", () => {
    const stripped = stripElf(program, "node");
    const segments = readLoadSegments(program, readElfHeader(program, "node"), "node");
    expect(readLoadSegments(stripped, readElfHeader(stripped, "node"), "node")).toEqual(segments);
    for (const { offset, size } of segments) {
      // The file header lies in the first segment and names the new section table.
      const start = Math.max(offset, 64);
      expect(Buffer.compare(stripped.subarray(start, offset + size), program.subarray(start, offset + size))).toBe(0);
    }
  });

  it("keeps loaded sections with their names and links, and drops symbols and debug information", () => {
    const stripped = stripElf(program, "node");
    const before = readSections(program, readElfHeader(program, "node"), "node");
    const after = readSections(stripped, readElfHeader(stripped, "node"), "node");
    const names = after.map((section) => section.name);
    expect(names).toEqual([
      ...before.filter((section) => (section.flags & 2n) !== 0n || section.index === 0).map((section) => section.name),
      ".shstrtab",
    ]);
    expect(names).not.toContain(".symtab");
    const linked = (sections: typeof after, name: string) =>
      sections[sections.find((section) => section.name === name)?.link ?? -1]?.name;
    for (const name of [".dynsym", ".gnu.version", ".rela.dyn"]) expect(linked(after, name)).toBe(linked(before, name));
  });

  it("gives the same bytes for a stripped program again", () => {
    const once = stripElf(program, "node");
    expect(Buffer.compare(stripElf(once, "node"), once)).toBe(0);
  });
});

describe("stripElf", () => {
  it.each([
    ["text", Buffer.from("#!/bin/sh\n")],
    ["an ELF file cut short", Buffer.from("\u007fELF\u0002\u0001\u0001", "latin1")],
    ["a 32-bit program", Buffer.concat([Buffer.from("\u007fELF\u0001\u0001\u0001", "latin1"), Buffer.alloc(200)])],
    [
      "an ELF file without segments",
      Buffer.concat([Buffer.from("\u007fELF\u0002\u0001\u0001", "latin1"), Buffer.alloc(200)]),
    ],
  ])("refuses %s", (_, bytes) => {
    expect(() => stripElf(bytes, "usr/bin/x")).toThrow(/^usr\/bin\/x /);
  });

  it("refuses tables that lie outside the file, wherever they are said to be", () => {
    const header = Buffer.from(program.subarray(0, 4096));
    expect(() => stripElf(header, "usr/bin/x")).toThrow("header tables outside the file");
  });
});
