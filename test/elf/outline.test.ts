import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readElfHeader, readSegments } from "../../src/elf/header.ts";
import { headerSize, outlineSize, readElfOutline } from "../../src/elf/outline.ts";
import { elfProgram } from "../support/elf-program.ts";

describe("readElfOutline", () => {
  it.each([
    [64, true],
    [64, false],
    [32, true],
    [32, false],
  ] as const)("reads the segments of a program of %i bits, little-endian %s", (bits, littleEndian) => {
    const program = elfProgram({
      ...{ bits, littleEndian },
      loaded: [
        { content: Buffer.alloc(40), executable: true },
        { content: Buffer.alloc(20), writable: true },
      ],
      unloaded: Buffer.alloc(7),
    });
    const size = outlineSize(program.subarray(0, headerSize)) ?? 0;
    const outline = readElfOutline(program.subarray(0, size));
    const [first = 0, second = 0] = outline?.segments.map((segment) => segment.offset) ?? [];
    expect(outline).toEqual({
      ...{ bits, littleEndian },
      segments: [
        { type: 1, writable: false, executable: true, offset: first, size: 40, address: BigInt(0x400000 + first) },
        { type: 1, writable: true, executable: false, offset: second, size: 20, address: BigInt(0x400000 + second) },
      ],
      sectionHeaders: program.length - 64,
    });
    expect(second).toBe(first + 48);
    expect(readElfOutline(program.subarray(0, size - 1))).toBeNull();
  });

  it("agrees with the reader of whole files on a real program", () => {
    if (process.platform !== "linux") return;
    const bytes = new Uint8Array(readFileSync(process.execPath));
    const segments = readSegments(bytes, readElfHeader(bytes, "node"), "node");
    const outline = readElfOutline(bytes.subarray(0, 4096));
    expect(outline?.segments.map(({ type, offset, size, address }) => ({ type, offset, size, address }))).toEqual(
      segments,
    );
  });

  it.each<[string, (program: Buffer) => void]>([
    ["text", (program) => program.fill("x")],
    ["an unknown class", (program) => program.writeUInt8(3, 4)],
    ["an unknown byte order", (program) => program.writeUInt8(0, 5)],
    ["program headers at the end of a large file", (program) => program.writeBigUInt64LE(10_000_000n, 32)],
    ["program headers no file can reach", (program) => program.writeBigUInt64LE(2n ** 63n, 32)],
    ["more program headers than there are uses for", (program) => program.writeUInt16LE(60_000, 56)],
  ])("knows nothing of %s", (_, change) => {
    const program = elfProgram({ loaded: [{ content: Buffer.alloc(10) }] });
    change(program);
    expect(outlineSize(program)).toBeNull();
    expect(readElfOutline(program)).toBeNull();
  });

  it("reads no segments where their size is none it knows", () => {
    const program = elfProgram({ loaded: [{ content: Buffer.alloc(10) }] });
    program.writeUInt16LE(57, 54);
    expect(readElfOutline(program)?.segments).toEqual([]);
  });
});
