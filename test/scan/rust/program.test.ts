import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readRustProgram } from "../../../src/scan/rust/program.ts";
import { elfProgram, readInPieces } from "../../support/elf-program.ts";

const listOf = (count: number) =>
  JSON.stringify({
    packages: Array.from({ length: count }, (_, index) => ({ name: `crate-${index}`, version: `1.0.${index}` })),
    format: 1,
  });

/** A program with `unloaded` among what is not loaded into memory. */
const program = (...unloaded: readonly Uint8Array[]) =>
  elfProgram({
    loaded: [
      { content: Buffer.alloc(3000, 0x90), executable: true },
      { content: Buffer.alloc(1000), writable: true },
    ],
    unloaded: Buffer.concat(unloaded),
  });

const comment = Buffer.from("GCC: (Debian 12.2.0) 12.2.0\0rustc version 1.63.0\0");

describe("readRustProgram", () => {
  it.each([1, 6, 9])("finds the list of crates behind other sections, compressed at level %i", (level) => {
    for (const count of [1, 3, 500, 5000]) {
      const bytes = program(comment, deflateSync(listOf(count), { level }), Buffer.alloc(5000, 0xcc));
      for (const size of [33, 65_536]) {
        const crates = readInPieces(readRustProgram(), bytes, size);
        expect(crates).toHaveLength(count);
        expect(crates?.at(-1)).toMatchObject({ name: `crate-${count - 1}`, version: `1.0.${count - 1}` });
      }
    }
  });

  it("passes over other compressed data", () => {
    const other = ['{"name":"x"}', "{".repeat(3000), listOf(9).replace("packages", "package")].map((text) =>
      deflateSync(text),
    );
    const crates = readInPieces(readRustProgram(), program(comment, ...other, deflateSync(listOf(2))), 1000);
    expect(crates).toHaveLength(2);
    expect(readInPieces(readRustProgram(), program(comment, ...other), 1000)).toBeNull();
  });

  it.each<[string, Uint8Array]>([
    ["what is no ELF file", deflateSync(listOf(2))],
    ["a list in loaded data", elfProgram({ loaded: [{ content: deflateSync(listOf(2)) }] })],
    ["a list behind the section headers", Buffer.concat([program(comment), deflateSync(listOf(2))])],
    ["a list cut off with the file", program(comment, deflateSync(listOf(2))).subarray(0, -100)],
    ["an object file", elfProgram({ unloaded: deflateSync(listOf(2)) })],
  ])("knows nothing of %s", (_, bytes) => {
    expect(readInPieces(readRustProgram(), bytes, 500)).toBeNull();
  });

  it("refuses a list that is damaged", () => {
    const wrong = deflateSync('{"packages":[{"name":"x"}]}');
    expect(() => readInPieces(readRustProgram(), program(comment, wrong), 500)).toThrow("audit data of a Rust program");
  });

  it("gives up on a program made of nothing but starts of lists", () => {
    const start = deflateSync(`{"packagex":[${"1,".repeat(20)}0]}`).subarray(0, 24);
    const bytes = program(Buffer.concat(Array.from({ length: 6000 }, () => start)));
    const begin = performance.now();
    expect(() => readInPieces(readRustProgram(), bytes, 65_536)).toThrow("too many places that look like audit data");
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
