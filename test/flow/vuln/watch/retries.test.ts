import { describe, expect, it } from "vitest";
import { createRetries } from "../../../../src/flow/vuln/watch/retries.ts";

const start = new Date("2026-06-01T00:00:00Z");
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

describe("what failed lately", () => {
  it("is tried again after the interval, and each time after twice as long, at most an hour", () => {
    const retries = createRetries(60_000);
    const delays = Array.from({ length: 40 }, () => retries.failed("a", start).retryAt.getTime() - start.getTime());
    expect(delays.slice(0, 8)).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600].map((seconds) => seconds * 1000));
    expect(delays.at(-1)).toBe(3_600_000);
  });

  it("is never tried more often than there are rounds", () => {
    expect(createRetries(7_200_000).failed("a", start).retryAt).toEqual(later(7200));
  });

  it("waits until then, and by itself", () => {
    const retries = createRetries(60_000);
    retries.failed("a", start);
    expect([0, 59, 60].map((seconds) => retries.isWaiting("a", later(seconds)))).toEqual([true, true, false]);
    expect(retries.isWaiting("b", start)).toBe(false);
  });

  it("is forgotten when it succeeds", () => {
    const retries = createRetries(60_000);
    retries.failed("a", start);
    retries.failed("a", start);
    retries.succeeded("a");
    expect(retries.isWaiting("a", start)).toBe(false);
    expect(retries.failed("a", start).failures).toBe(1);
  });
});
