import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { collect, fromBytes } from "../../../src/archive/bytes.ts";
import { bunzip2, bunzip2Bytes } from "../../../src/archive/bzip2/bzip2.ts";
import { compressionOf, decompressBytes } from "../../../src/archive/decompress.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "../../fuzz/mutate.ts";
import { has } from "../../support/program.ts";

const options = { limit: 1 << 25, what: "x.tar.bz2" };
const packed = (base64: string) => Buffer.from(base64, "base64");

/** Made with bzip2 1.0.8. */
const hello = packed("QlpoOTFBWSZTWRkxZT0AAACBAAJEoAAhmmgzTQczi7kinChIDJiynoA=");
const nothing = packed("QlpoORdyRThQkAAAAAA=");
const runs = packed("QlpoOTFBWSZTWbVNHfkAAALBAcAAOAAAgAAIIAAwwAKkm0m70yjJEQvj2EiGO6WnxdyRThQkLVNHfkA=");
const runsText = `${"a".repeat(1000)}bbbbcccc${"ab".repeat(300)}`;

const text = async (bytes: Uint8Array) => Buffer.from(await bunzip2Bytes(bytes, options)).toString();
const invalid = expect.objectContaining({ code: "BZIP2_INVALID", message: expect.stringContaining("x.tar.bz2") });

describe("bzip2", () => {
  it.each([
    ["a word", hello, "hello"],
    ["nothing", nothing, ""],
    ["runs of the same byte", runs, runsText],
    ["several streams one after the other", Buffer.concat([hello, nothing, runs]), `hello${runsText}`],
  ])("gives back %s", async (_, bytes, content) => {
    expect(await text(bytes)).toBe(content);
  });

  it("gives the same whatever pieces it comes in", async () => {
    const pieces = [...runs].map((byte) => Uint8Array.of(byte));
    expect(Buffer.from(await collect(bunzip2(fromBytes(...pieces), options), options)).toString()).toBe(runsText);
  });

  it("is told from a tar archive whose first file has a name like its mark", () => {
    expect([hello, nothing, runs].map(compressionOf)).toEqual(["bzip2", "bzip2", "bzip2"]);
    expect(compressionOf(Buffer.from("BZh9 notes.txt"))).toBe("none");
  });

  it("stops at the limit", async () => {
    const reading = decompressBytes(runs, { ...options, limit: 1000 });
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: "ARCHIVE_TOO_LARGE" }));
  });

  it("is refused wherever it is cut off, and with bytes after its end", async () => {
    for (let size = 0; size < runs.length; size++) await expect(text(runs.subarray(0, size))).rejects.toThrow(invalid);
    await expect(text(Buffer.concat([hello, Buffer.from("more")]))).rejects.toThrow(invalid);
  });

  it("never comes out wrong when a bit is flipped", async () => {
    for (let bit = 0; bit < 8 * runs.length; bit++) {
      const bytes = Buffer.from(runs);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const outcome = await text(bytes).catch((cause: unknown) => cause);
      expect([invalid, runsText]).toContainEqual(outcome);
    }
  });

  it("is read or refused with a coded error under random damage", async () => {
    const random = seeded(11);
    for (let round = 0; round < fuzzRounds(); round++) {
      await readsOrRefuses(async () => await bunzip2Bytes(mutate(runs, random), options));
    }
  });

  it.skipIf(!has("bzip2"))("of many blocks is read as bzip2 writes it (needs bzip2)", async () => {
    const random = seeded(3);
    const noise = Buffer.from(Array.from({ length: 400_000 }, () => random(256)));
    const words = Buffer.from(Array.from({ length: 60_000 }, () => `${random(5000)} `).join(""));
    const content = Buffer.concat([noise, words, Buffer.alloc(3_000_000), Buffer.from("aaaaa".repeat(60))]);
    for (const level of ["-1", "-9"]) {
      const bytes = execFileSync("bzip2", [level, "-c"], { input: content, maxBuffer: 1 << 26 });
      expect(Buffer.compare(await bunzip2Bytes(bytes, options), content)).toBe(0);
    }
  });
});
