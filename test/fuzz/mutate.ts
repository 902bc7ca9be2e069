import { expect } from "vitest";
import { CodedError } from "../../src/error.ts";

/** Rounds of each fuzz target: `HARDPAN_FUZZ_ROUNDS`, but never less than `usual`, of which it expects a certain success. */
export function fuzzRounds(usual = 300): number {
  const { HARDPAN_FUZZ_ROUNDS: wanted } = process.env;
  return Math.max(usual, Number(wanted ?? 0));
}

/**
 * A repeatable source of whole numbers below `limit` (mulberry32), another one for each `seed` and, where it is set, for each
 * `HARDPAN_FUZZ_SEED`.
 */
export function seeded(seed: number): (limit: number) => number {
  const { HARDPAN_FUZZ_SEED: series } = process.env;
  let state = (seed + Math.imul(Number(series ?? 0), 0x9e3779b1)) >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const telling = [0x00, 0x20, 0x2e, 0x2f, 0x30, 0x37, 0x38, 0x3a, 0x0a, 0x7f, 0x80, 0xff];

/** `bytes` with a few random changes: bytes set, flipped, removed, repeated, moved, or the end cut off. */
export function mutate(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  let result = Buffer.from(bytes);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(result.length + 1);
    const length = random(Math.min(600, result.length - at + 1));
    const kind = random(7);
    if (kind === 0) result[at] = telling[random(telling.length)] ?? 0;
    else if (kind === 1) result[at] = (result[at] ?? 0) ^ (1 << random(8));
    else if (kind === 2) result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)]);
    else if (kind === 3) result = Buffer.concat([result.subarray(0, at + length), result.subarray(at)]);
    else if (kind === 4) result = Buffer.from(result.subarray(0, at));
    else if (kind === 5) result.fill(telling[random(telling.length)] ?? 0, at, at + length);
    else result.copy(result, random(result.length + 1), at, at + length);
  }
  return result;
}

/** Runs `read` and expects success or a CodedError, nothing else. Returns whether it succeeded. */
export async function readsOrRefuses(read: () => unknown): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    expect(error.hint, error.message).toBeTruthy();
    return false;
  }
}
