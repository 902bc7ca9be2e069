import { gzipSync, zstdCompressSync } from "node:zlib";
import { xz } from "@napi-rs/lzma";
import { describe, expect, it } from "vitest";
import { collect, fromBytes } from "../../src/archive/bytes.ts";
import { decompress, decompressBytes } from "../../src/archive/decompress.ts";
import { unxzBytes } from "../../src/archive/xz.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const text = Buffer.from("some text that compresses. ".repeat(200));
const limit = { limit: 1 << 20, what: "the data" };

describe("compressed data under mutation", () => {
  it("is decompressed to the same bytes or refused with a coded error", {
    timeout: 30_000 + 10 * fuzzRounds(),
  }, async () => {
    const random = seeded(6);
    const forms = [xz.compressSync(text), gzipSync(text), zstdCompressSync(text, { params: {} })];
    for (let round = 0; round < fuzzRounds(); round++) {
      const bytes = mutate(forms[round % forms.length] ?? text, random);
      const whole: Uint8Array[] = [];
      const one = await readsOrRefuses(async () => whole.push(await decompressBytes(bytes, limit)));
      const other = await readsOrRefuses(async () => {
        const cut = random(bytes.length + 1);
        whole.push(await collect(decompress(fromBytes(bytes.subarray(0, cut), bytes.subarray(cut)), limit), limit));
      });
      expect(one).toBe(other);
      if (one) expect(Buffer.compare(whole[0] ?? text, whole[1] ?? text)).toBe(0);
    }
  });

  it("of xz never comes out wrong when a single bit has been flipped", {
    timeout: 30_000 + 10 * fuzzRounds(),
  }, async () => {
    const random = seeded(7);
    const packed = xz.compressSync(text);
    for (let round = 0; round < fuzzRounds(); round++) {
      const bytes = Buffer.from(packed);
      const at = random(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      expect(await readsOrRefuses(async () => await unxzBytes(bytes, limit)), `bit flipped in byte ${at}`).toBe(false);
    }
  });
});
