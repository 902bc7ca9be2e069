import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSearch, type SearchOptions } from "../../src/elf/search.ts";
import { readInPieces } from "../support/elf-program.ts";

const usual = { lookahead: 4, size: 1000 };

function search(bytes: Uint8Array, options: Partial<SearchOptions> & Pick<SearchOptions, "needles">, piece: number) {
  const found: string[] = [];
  const judge = (match: Uint8Array, position: number): "next" => {
    found.push(`${position} ${Buffer.from(match.subarray(0, 4)).toString("latin1")}`);
    return "next";
  };
  readInPieces(createSearch({ ...usual, judge, ...options }), bytes, piece);
  return found;
}

/** What a plain search over everything finds. */
function expected(bytes: Buffer, needles: readonly Uint8Array[]): readonly string[] {
  return Array.from(bytes.keys())
    .filter((at) => needles.some((needle) => bytes.subarray(at, at + needle.length).equals(needle)))
    .map((at) => `${at} ${bytes.subarray(at, at + 4).toString("latin1")}`);
}

describe("createSearch", () => {
  it("finds every occurrence with what follows, whatever the pieces and the guess of the size", () => {
    const text = fc.stringMatching(/^[ab]{0,300}$/);
    const needles = fc.uniqueArray(fc.stringMatching(/^[ab]{1,5}$/), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(text, needles, fc.integer({ min: 1, max: 50 }), fc.nat(400), (content, words, piece, size) => {
        const bytes = Buffer.from(content);
        const wanted = words.map((word) => Buffer.from(word));
        expect(search(bytes, { needles: wanted, size }, piece)).toEqual(expected(bytes, wanted));
      }),
    );
  });

  it("finds what lies across its windows", () => {
    const bytes = Buffer.alloc(2 ** 20, "-");
    const places = [0, 65_533, 65_598, 65_601, 131_070, 196_670, 262_140, 262_143, 524_286, 786_430, 2 ** 20 - 3];
    for (const at of places) bytes.write("abc", at);
    const needles = [Buffer.from("abc"), Buffer.from("no")];
    const found = search(bytes, { needles, size: bytes.length, lookahead: 64 }, 65_536);
    expect(found).toEqual(expected(bytes, needles));
    expect(found.map((text) => Number(text.split(" ")[0]))).toEqual(places);
  });

  it("shows as much as is asked for, or all there is", () => {
    const bytes = Buffer.concat([Buffer.from("..ab"), Buffer.alloc(600_000, "x"), Buffer.from("ab.")]);
    const sizes: number[] = [];
    const judge = (match: Uint8Array, position: number): "next" | number => {
      sizes.push(match.length);
      return position === 2 && match.length < 500_000 ? 500_000 : position > 2 ? 1000 : "next";
    };
    readInPieces(createSearch({ ...usual, needles: [Buffer.from("ab")], judge }), bytes, 1000);
    expect(sizes[0]).toBeGreaterThanOrEqual(4);
    expect(sizes[1]).toBeGreaterThanOrEqual(500_000);
    expect(sizes[2]).toBe(3);
    expect(sizes).toHaveLength(3);
  });

  it("looks no further once told to stop", () => {
    let judged = 0;
    const judge = (): "stop" => {
      judged++;
      return "stop";
    };
    readInPieces(createSearch({ ...usual, needles: [Buffer.from("a")], judge }), Buffer.alloc(10_000, "a"), 7);
    expect(judged).toBe(1);
  });

  it("takes no more than a moment where every byte is a match", () => {
    let judged = 0;
    const judge = (): "next" => {
      judged++;
      return "next";
    };
    const start = performance.now();
    const needles = [Buffer.from("x"), Buffer.from("xy"), Buffer.from("zz")];
    readInPieces(createSearch({ lookahead: 64, size: 2 ** 21, needles, judge }), Buffer.alloc(2 ** 21, "x"), 65_536);
    expect(judged).toBe(2 ** 21);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
