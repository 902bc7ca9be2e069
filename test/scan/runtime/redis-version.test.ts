import { describe, expect, it } from "vitest";
import { redisText, redisVersion } from "../../../src/scan/runtime/redis-version.ts";

describe("redisVersion", () => {
  it.each<[string, readonly string[], string | null]>([
    ["a build with a date alone", ["7.0.1\0", "7.0.15\0", "7.0.151790282056000000000\0", "2.8.9\0"], "7.0.15"],
    ["a build with a host", ["7.2.4\0", "7.2.4buildkitsandbox-1704812345000000000\0"], "7.2.4"],
    ["a host that begins with digits", ["7.2.4\0", "7.2.43f2a9c1d2e-1704812345000000000\0", "6.2.0\0"], "7.2.4"],
    ["a program without such a text", ["7.2.4\0", "7.2.5\0"], null],
    ["another build's text", ["7.2.4\0", "9.1.0host-1704812345000000000\0"], null],
    ["nothing", [], null],
  ])("finds the version of %s", (_, texts, version) => {
    expect(texts.every((text) => redisText.test(text))).toBe(true);
    expect(redisVersion(texts)).toBe(version);
  });
});
