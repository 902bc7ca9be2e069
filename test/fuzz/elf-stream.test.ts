import { describe, expect, it } from "vitest";
import { createSearch } from "../../src/elf/search.ts";
import { createElfStream, mergedRanges } from "../../src/elf/stream.ts";
import { elfProgram, readInPieces } from "../support/elf-program.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const loaded = [
  { content: Buffer.from("code ".repeat(50)), executable: true },
  { content: Buffer.from("needle data ".repeat(20)), writable: true },
];
const seeds = ([32, 64] as const).flatMap((bits) =>
  [true, false].map((littleEndian) => elfProgram({ bits, littleEndian, loaded, unloaded: Buffer.from("needle") })),
);

describe("ELF files under mutation, as they stream past", () => {
  it("are passed on as what their own bytes are at the places their headers name", () => {
    const random = seeded(41);
    let planned = 0;
    let matches = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      const bytes = mutate(seeds[random(seeds.length)] ?? Buffer.alloc(0), random);
      const stream = createElfStream(({ segments, sectionHeaders }) => {
        planned++;
        const ranges = segments.map(({ offset, size }) => ({ start: offset, end: offset + size }));
        return mergedRanges([...ranges, { start: sectionHeaders - 6, end: sectionHeaders }]).map(({ start, end }) => ({
          ...{ start, end },
          sink: createSearch({
            ...{ needles: [Buffer.from("needle")], lookahead: 12, size: end - start },
            judge(found, position) {
              const place = Math.max(0, start) + position;
              expect(Buffer.from(bytes.subarray(place, place + 6)).toString("latin1")).toBe("needle");
              expect(found.length).toBeGreaterThanOrEqual(6);
              matches++;
              return "next";
            },
          }),
        }));
      });
      readInPieces(stream, bytes, 1 + random(300));
    }
    expect(planned).toBeGreaterThan(300);
    expect(matches).toBeGreaterThan(1000);
  });
});
