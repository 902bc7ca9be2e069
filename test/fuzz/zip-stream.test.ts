import { describe, expect, it } from "vitest";
import { createZipStream } from "../../src/archive/zip/stream.ts";
import { makeZip } from "../archive/zip/make-zip.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const inner = makeZip({ "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n" }, { descriptor: "signed" });
const files = {
  "META-INF/MANIFEST.MF": "Name: value\n".repeat(50),
  "lib/inner.jar": inner,
  "PK.bin": "PK\u0003\u0004",
};
const seeds = [
  makeZip(files),
  makeZip(files, { stored: true, largeLocal: true }),
  makeZip(files, { descriptor: "signed" }),
  makeZip(files, { descriptor: "large unsigned", stored: true }),
];
const limit = 2 ** 16;

/** What is read of `bytes` in chunks of `size`, one line for each thing that happened. */
function events(bytes: Uint8Array, size: number): readonly string[] {
  const lines: string[] = [];
  let passed = 0;
  const failed = (error: Error) => lines.push(error.message);
  const stream = createZipStream({
    entry(entry) {
      lines.push(JSON.stringify(entry));
      if (entry.name.length % 2 === 0) {
        passed = 0;
        const write = (chunk: Uint8Array) => {
          passed += chunk.length;
        };
        return { pass: { write, end: (complete) => lines.push(`passed ${passed} ${complete}`), failed } };
      }
      const done = (content: Uint8Array) => {
        expect(content.length).toBeLessThanOrEqual(limit);
        lines.push(Buffer.from(content).toString("latin1"));
      };
      return { hold: { limit, done, failed } };
    },
  });
  for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
  lines.push(stream.end());
  return lines;
}

describe("zip archives read as a stream, under mutation", () => {
  it("are read alike in chunks of every size, and never throw", async () => {
    const random = seeded(71);
    let complete = 0;
    for (let round = 0; round < fuzzRounds(1000); round++) {
      const bytes = mutate(seeds[random(seeds.length)] ?? inner, random);
      let whole: readonly string[] = [];
      const read = await readsOrRefuses(() => {
        whole = events(bytes, bytes.length + 1);
        expect(events(bytes, 1 + random(100))).toEqual(whole);
      });
      expect(read).toBe(true);
      if (whole.at(-1) === "complete") complete++;
    }
    expect(complete).toBeGreaterThan(fuzzRounds(1000) / 10);
  });
});
