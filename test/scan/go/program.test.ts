import { describe, expect, it } from "vitest";
import { readGoProgram } from "../../../src/scan/go/program.ts";
import { elfProgram, readInPieces } from "../../support/elf-program.ts";
import { buildInfo, moduleLines, oldGoProgram } from "../../support/go-build-info.ts";

const info = buildInfo("go1.22.1", moduleLines);
const writable = (...content: readonly Uint8Array[]) => ({ content: Buffer.concat(content), writable: true });

/** A program with code and constants before its data, which `content` is. */
const program = (...content: readonly Uint8Array[]) =>
  elfProgram({
    loaded: [
      { content: Buffer.alloc(5000, 0xcc), executable: true },
      { content: Buffer.alloc(3000) },
      writable(...content),
    ],
  });

describe("readGoProgram", () => {
  it.each([
    [64, true, 1000],
    [64, false, 7],
    [32, true, 65_536],
    [32, false, 333],
  ] as const)(
    "finds it in a program of %i bits, little-endian %s, in pieces of %i bytes",
    (bits, littleEndian, size) => {
      const bytes = elfProgram({ bits, littleEndian, loaded: [{ content: Buffer.alloc(100) }, writable(info)] });
      expect(readInPieces(readGoProgram(), bytes, size)).toMatchObject({
        goVersion: "go1.22.1",
        main: { path: "example.org/tool" },
      });
    },
  );

  it("finds it behind much other data, at a multiple of 16 alone", () => {
    const wrong = Buffer.concat([Buffer.alloc(8), buildInfo("go1.2.3", "")]);
    const fill = Buffer.alloc(-wrong.length & 15);
    const bytes = program(wrong, fill, Buffer.alloc(700_000), info);
    expect(readInPieces(readGoProgram(), bytes, 65_536)?.goVersion).toBe("go1.22.1");
    expect(readInPieces(readGoProgram(), program(Buffer.alloc(8), info), 65_536)).toBeNull();
  });

  it("passes over the magic where nothing follows that makes sense", () => {
    const wrong = Buffer.concat([buildInfo("nonsense", ""), Buffer.alloc(16)]);
    const bytes = program(wrong.subarray(0, wrong.length & ~15), info);
    expect(readInPieces(readGoProgram(), bytes, 100)?.goVersion).toBe("go1.22.1");
  });

  it("reads lists of modules longer than what it looks at first", () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `dep\texample.org/m${index}\tv1.0.${index}\n`).join("");
    const read = readInPieces(readGoProgram(), program(buildInfo("go1.22.1", lines)), 4096);
    expect(read?.dependencies).toHaveLength(5000);
    expect(read?.dependencies.at(-1)).toEqual({ path: "example.org/m4999", version: "v1.0.4999" });
  });

  it.each<[string, Uint8Array]>([
    ["what is no ELF file", info],
    ["an empty file", new Uint8Array(0)],
    ["a program of another language", program(Buffer.alloc(10_000, 0xff))],
    ["a program cut off within its build information", program(info).subarray(0, -500)],
    ["build information among constants", elfProgram({ loaded: [{ content: info }, writable(Buffer.alloc(64))] })],
  ])("knows nothing of %s", (_, bytes) => {
    expect(readInPieces(readGoProgram(), bytes, 1000)).toBeNull();
  });
});

describe("readGoProgram of programs from before Go 1.18", () => {
  const expected = { goVersion: "go1.17.2", path: "example.org/tool/cmd/tool" };

  it.each([
    [64, true, 1000],
    [64, false, 77],
    [32, true, 65_536],
    [32, false, 333],
  ] as const)("follows pointers of %i bits, little-endian %s, in pieces of %i bytes", (bits, littleEndian, size) => {
    const bytes = oldGoProgram("go1.17.2", moduleLines, { bits, littleEndian, constants: "go1.9 and go1.16.1" });
    const build = readInPieces(readGoProgram(), bytes, size);
    expect(build).toMatchObject(expected);
    expect(build?.dependencies).toHaveLength(3);
  });

  it("takes the only texts there are where what is pointed to has passed", () => {
    const bytes = oldGoProgram("go1.17.2", moduleLines, { before: true, constants: "sync_go1.17.go " });
    expect(readInPieces(readGoProgram(), bytes, 1000)).toMatchObject(expected);
  });

  it("reads a program without modules", () => {
    const build = readInPieces(readGoProgram(), oldGoProgram("go1.15.9", ""), 1000);
    expect(build).toEqual({ goVersion: "go1.15.9", path: "", main: null, dependencies: [], settings: {} });
  });

  it.each([
    ["names several versions and has what is pointed to before", { before: true, constants: "go1.16.1 " }],
    ["has not Go's note", { note: "GNU" }],
  ])("warns of one that %s", (_, options) => {
    const bytes = oldGoProgram("go1.17.2", moduleLines, options);
    expect(() => readInPieces(readGoProgram(), bytes, 1000)).toThrow("a Go before 1.18");
  });
});
