import { describe, expect, it } from "vitest";
import { oneAhead } from "../../src/facts/ahead.ts";

const chunks = [1, 2, 3, 4].map((byte) => Uint8Array.of(byte));

describe("oneAhead", () => {
  it("passes on every chunk in order, having asked for one more", async () => {
    let asked = 0;
    const source = (async function* () {
      for (const chunk of chunks) {
        asked++;
        yield chunk;
      }
    })();
    const seen: number[][] = [];
    for await (const chunk of oneAhead(source)) {
      await Promise.resolve();
      seen.push([chunk[0] ?? 0, asked]);
    }
    expect(seen).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 4],
    ]);
  });

  it("fails where its source fails, after the chunks before", async () => {
    const source = (async function* () {
      yield* chunks.slice(0, 2);
      throw new Error("damaged");
    })();
    const seen: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of oneAhead(source)) {
        seen.push(chunk);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await expect(reading).rejects.toThrow("damaged");
    expect(seen).toHaveLength(2);
  });

  it("closes its source when its reader stops", async () => {
    let closed = false;
    const source = (async function* () {
      try {
        yield* chunks;
      } finally {
        closed = true;
      }
    })();
    for await (const _ of oneAhead(source)) break;
    expect(closed).toBe(true);
  });
});
