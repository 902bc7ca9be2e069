import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ElfOutline } from "../../src/elf/outline.ts";
import { type ByteRange, createElfStream, mergedRanges } from "../../src/elf/stream.ts";
import { elfProgram, readInPieces } from "../support/elf-program.ts";

const program = elfProgram({
  loaded: [{ content: Buffer.from("first part") }, { content: Buffer.from("second part"), writable: true }],
  unloaded: Buffer.from("behind"),
});

/** What sinks for `ranges` were given, and whether each was told of its end once. */
function passed(ranges: readonly ByteRange[], bytes: Uint8Array, size: number) {
  const results = ranges.map(() => ({ text: "", ends: 0 }));
  const stream = createElfStream(() =>
    ranges.map((range, index) => ({
      ...range,
      sink: {
        write(piece) {
          const result = results[index];
          if (result !== undefined) result.text += Buffer.from(piece).toString("latin1");
        },
        end() {
          const result = results[index];
          if (result !== undefined) result.ends++;
        },
      },
    })),
  );
  readInPieces(stream, bytes, size);
  return results;
}

describe("createElfStream", () => {
  it("passes on the parts that are wanted, whatever the pieces it gets", () => {
    const range = fc
      .tuple(fc.nat(program.length + 20), fc.nat(200))
      .map(([start, size]) => ({ start, end: start + size }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 4 }), fc.integer({ min: 1, max: 400 }), (ranges, size) => {
        const wanted = ranges.map(({ start, end }) => program.subarray(start, end).toString("latin1"));
        expect(passed(ranges, program, size).map(({ text }) => text)).toEqual(wanted);
      }),
    );
  });

  it("tells each sink once that its part is over, also where the file ends before", () => {
    const ranges = [
      { start: 0, end: 4 },
      { start: 100, end: 10_000 },
      { start: 20_000, end: 30_000 },
    ];
    expect(passed(ranges, program, 33).map(({ ends }) => ends)).toEqual([1, 1, 1]);
  });

  it("asks what is wanted of ELF files alone, once", () => {
    const asked: ElfOutline[] = [];
    const plan = (outline: ElfOutline) => {
      asked.push(outline);
      return [];
    };
    for (const bytes of [Buffer.from("#!/bin/sh\n".repeat(20)), program.subarray(0, 63), Buffer.alloc(0), program]) {
      readInPieces(createElfStream(plan), bytes, 5);
    }
    expect(asked.map(({ segments }) => segments.length)).toEqual([2]);
  });
});

describe("mergedRanges", () => {
  it("names each byte once and in order", () => {
    const ranges = [
      { start: 50, end: 60 },
      { start: 0, end: 10 },
      { start: 5, end: 20 },
      { start: 20, end: 30 },
      { start: 55, end: 57 },
      { start: 70, end: 70 },
    ];
    expect(mergedRanges(ranges)).toEqual([
      { start: 0, end: 30 },
      { start: 50, end: 60 },
    ]);
  });
});
