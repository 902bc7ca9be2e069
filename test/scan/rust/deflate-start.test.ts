import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { canStartObject } from "../../../src/scan/rust/deflate-start.ts";

const json = JSON.stringify({
  packages: Array.from({ length: 40 }, (_, index) => ({ name: `crate-${index * 7}`, version: `1.${index}.0` })),
});

describe("canStartObject", () => {
  it.each([
    ["with codes of its own", {}],
    ["with the fixed codes", { strategy: constants.Z_FIXED }],
    ["stored", { level: 0 }],
  ])("accepts an object compressed %s, at any level", (_, options) => {
    for (let level = 1; level <= 9; level++) {
      expect(canStartObject(deflateRawSync(json, { level, ...options }))).toBe(true);
    }
  });

  it("refuses other texts where the block shows it", () => {
    expect(canStartObject(deflateRawSync(`[${json}]`, { strategy: constants.Z_FIXED }))).toBe(false);
    expect(canStartObject(deflateRawSync(`[${json}]`, { level: 0 }))).toBe(false);
  });

  it("refuses nearly all bytes that are no compressed text", () => {
    let state = 1;
    const bytes = Buffer.from(
      Array.from({ length: 100_000 }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state >>> 24;
      }),
    );
    const accepted = Array.from(bytes.keys()).filter((at) => canStartObject(bytes.subarray(at)));
    expect(accepted.length).toBeLessThan(bytes.length / 50);
    expect(canStartObject(Buffer.alloc(4))).toBe(false);
    expect(canStartObject(Buffer.alloc(100, 0xff))).toBe(false);
  });
});
