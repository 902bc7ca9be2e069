import { describe, expect, it } from "vitest";
import { createElfStream } from "../../../src/elf/stream.ts";
import { collectOldTexts, type OldTexts, readTextHeaders } from "../../../src/scan/go/old-texts.ts";
import { elfProgram, readInPieces } from "../../support/elf-program.ts";
import { framedModules } from "../../support/go-build-info.ts";

const note = { content: Buffer.from("\x04\0\0\0\x53\0\0\0\x04\0\0\0Go\0\0id", "latin1"), note: true };

function collect(constants: Uint8Array): OldTexts | null {
  let texts: OldTexts | null = null;
  const stream = createElfStream(({ segments }) => {
    texts = collectOldTexts(segments);
    return texts.ranges;
  });
  readInPieces(stream, elfProgram({ loaded: [note, { content: constants }] }), 1000);
  return texts;
}

describe("collectOldTexts", () => {
  it("reads module lines however long they are", () => {
    const modules = framedModules("dep\texample.org/a\tv1.0.0\n".repeat(10_000));
    const found = collect(Buffer.concat([Buffer.from("go1.17.2 "), modules]))?.resolve(null);
    expect(Buffer.from(found?.modules ?? []).equals(modules)).toBe(true);
    expect(Buffer.from(found?.version ?? []).toString()).toBe("go1.17.2");
  });

  it("does not take long, nor keep much, where a program is made of nothing but marks", () => {
    const start = performance.now();
    expect(
      collect(Buffer.concat(Array.from({ length: 100_000 }, () => framedModules("").subarray(0, 16))))?.resolve(null),
    ).toBeNull();
    expect(collect(Buffer.alloc(2 ** 22, "go1.17 "))?.resolve(null)?.modules).toEqual(new Uint8Array(0));
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe("readTextHeaders", () => {
  const bytes = Buffer.alloc(64);
  bytes.writeBigUInt64LE(0x1234n, 16);
  bytes.writeBigUInt64LE(8n, 24);
  const pointers = { size: 8, littleEndian: true, version: 0x5010n, modules: 0n } as const;

  it("reads an address and a length, and nothing where nothing is pointed to", () => {
    expect(readTextHeaders(bytes, pointers, (address) => Number(address - 0x5000n))).toEqual({
      version: { address: 0x1234n, length: 8 },
      modules: { address: 0n, length: 0 },
    });
  });

  it.each([-8, 50, Number.NaN])("reads nothing outside, as at %d", (at) => {
    expect(readTextHeaders(bytes, pointers, () => at)).toBeNull();
  });
});
