import { describe, expect, it } from "vitest";
import { bytesInMemory, type RandomBytes } from "../../../src/scan/reading/random-bytes.ts";
import { seeded } from "../../fuzz/mutate.ts";
import { incompressible } from "../../support/image/contents.ts";
import { onDisk } from "./on-disk.ts";

/** More than is kept of a file, and no multiple of what is read at once. */
const content = incompressible.subarray(5, 5 + 3 * 2 ** 20 + 77);

const read: readonly ((bytes: RandomBytes, at: number, count: number) => unknown)[] = [
  (bytes, at, count) => Buffer.from(bytes.slice(at, count)).toString("latin1"),
  (bytes, at) => bytes.uint8(at),
  (bytes, at) => [bytes.uint16(at), bytes.uint16(at, true)],
  (bytes, at) => [bytes.uint32(at), bytes.uint32(at, true)],
];

describe("bytes of a file", () => {
  it("are those in memory, at any place, in any order and of any length", () => {
    const random = seeded(7);
    const held = bytesInMemory(content);
    onDisk(content, (bytes) => {
      expect(bytes.length).toBe(content.length);
      for (let round = 0; round < 20_000; round++) {
        const length = random(2 ** random(18));
        // Places near the edges of blocks, near the last one, and anywhere.
        const near = [random(192) * 2 ** 14 + random(8) - 4, round > 0 ? (round * 3) % content.length : 0];
        const at = [...near, random(content.length)][round % 3] ?? 0;
        const one = read[random(read.length)];
        const result = (from: RandomBytes) => {
          try {
            return one?.(from, at, length);
          } catch (cause) {
            return cause;
          }
        };
        expect(result(bytes)).toEqual(result(held));
      }
    });
  });

  it("stay as they are after others were read", () => {
    onDisk(content, (bytes) => {
      const kept = bytes.slice(100, 50);
      for (let at = 0; at < content.length - 8; at += 2 ** 13) bytes.uint32(at);
      expect(Buffer.from(kept).equals(content.subarray(100, 150))).toBe(true);
      expect(kept.buffer.byteLength).toBe(50);
    });
  });
});

describe.for([
  ["in memory", <Result>(bytes: Uint8Array, use: (content: RandomBytes) => Result) => use(bytesInMemory(bytes))],
  ["of a file", onDisk],
] as const)("bytes %s", ([, place]) => {
  it("have numbers of both byte orders", () => {
    place(Uint8Array.from([1, 2, 3, 4, 5]), (bytes) => {
      expect([bytes.uint8(4), bytes.uint16(1), bytes.uint16(1, true)]).toEqual([5, 0x0203, 0x0302]);
      expect([bytes.uint32(1), bytes.uint32(1, true)]).toEqual([0x02030405, 0x05040302]);
    });
  });

  it.for([
    ["before their start", -1, 1],
    ["behind their end", 5, 1],
    ["that begins within and ends behind", 2, 4],
    ["of a negative length", 3, -1],
    ["that is no number", Number.NaN, 1],
  ] as const)("refuse a place %s", ([, at, count]) => {
    place(Uint8Array.from([1, 2, 3, 4, 5]), (bytes) => {
      const refusal = expect.objectContaining({ code: "SCAN_FILE_INVALID" });
      expect(() => bytes.slice(at, count)).toThrow(refusal);
      if (count === 1) expect(() => bytes.uint8(at)).toThrow(refusal);
      if (count === 4) expect(() => bytes.uint32(at)).toThrow(refusal);
    });
  });

  it("have nothing where there are none", () => {
    place(new Uint8Array(0), (bytes) => {
      expect([bytes.length, bytes.slice(0, 0).length]).toEqual([0, 0]);
    });
  });
});
