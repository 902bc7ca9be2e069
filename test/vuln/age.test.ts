import { describe, expect, it } from "vitest";
import { ageOf, daysOld, parseAge, printAge, requireFresh, tooOld } from "../../src/vuln/age.ts";

const hour = 3_600_000;
const day = 24 * hour;
const now = new Date("2026-06-10T12:00:00Z");
const source = (asOf: string, checked?: string | null) => ({
  source: "s",
  asOf,
  ...(checked === undefined ? {} : { checked }),
});

describe("an age", () => {
  it.each([
    ["12h", 12 * hour],
    ["7d", 7 * day],
    ["2w", 14 * day],
    ["0h", 0],
    ["9999w", 9999 * 7 * day],
  ])("%s is %d ms", (text, age) => {
    expect(parseAge(text)).toBe(age);
  });

  it.each(["", "7", "d", "7 d", "7D", "-1d", "1.5d", "1d12h", "10000d", "7m", "7d\n"])("%j is none", (text) => {
    expect(parseAge(text)).toBeNull();
  });

  it("is printed so that it can be read again", () => {
    for (const text of ["12h", "7h", "8d", "2w", "0h", "25h"]) expect(printAge(parseAge(text) ?? -1)).toBe(text);
  });
});

describe("the age of a source", () => {
  it("counts from the end of the day where only that is known, and is never below 0", () => {
    expect(ageOf(source("2026-06-08"), now)).toBe(36 * hour + 1);
    expect(ageOf(source("2026-06-10"), now)).toBe(0);
    expect(ageOf(source("2026-06-11"), now)).toBe(0);
    expect(ageOf(source("2026-06-10T06:00:00Z"), now)).toBe(6 * hour);
  });

  it("counts from when its publisher last confirmed it, where that is known and later", () => {
    expect(ageOf(source("2026-01-01", "2026-06-10T11:00:00Z"), now)).toBe(hour);
    expect(ageOf(source("2026-06-10T11:00:00Z", "2026-01-01T00:00:00Z"), now)).toBe(hour);
    expect(ageOf(source("2026-06-10T11:00:00Z", null), now)).toBe(hour);
  });

  it("is not known where its date cannot be read, and then too old for any limit", () => {
    expect(ageOf(source("yesterday"), now)).toBeNull();
    expect(daysOld(source("yesterday"), now)).toBeNull();
    expect(tooOld([source("yesterday")], 9999 * day, now)).toHaveLength(1);
  });

  it("is told in days as people count them, from midnight to midnight", () => {
    expect(daysOld(source("2026-06-08"), now)).toBe(2);
    expect(daysOld(source("2026-06-09T23:59:59Z"), now)).toBe(1);
    expect(daysOld(source("2026-06-01T12:00:00Z"), now)).toBe(9);
  });
});

describe("what must be fresh", () => {
  it("passes up to the very limit", () => {
    const at = source("2026-06-03T12:00:00Z");
    expect(() => requireFresh([at], 7 * day, now)).not.toThrow();
    expect(() => requireFresh([at], 7 * day - 1, now)).toThrow(/older than/);
  });

  it("is refused by name, with what to do", () => {
    const sources = [
      { source: "osv-npm", asOf: "2026-06-09", records: 1 },
      { source: "osv-debian", asOf: "2025-02-12", records: 1 },
      { source: "kev", asOf: "2026-06-01T00:00:00Z", records: 1 },
    ];
    expect(() => requireFresh(sources, 7 * day, now)).toThrow(
      expect.objectContaining({
        code: "VULN_TOO_OLD",
        message:
          "advisories are older than 1w: osv-debian (as of 2025-02-12, 483 days old), kev (as of 2026-06-01, 9 days old)",
        hint: expect.stringContaining("hardpan db update"),
      }),
    );
  });

  it("is refused where there is nothing", () => {
    expect(() => requireFresh([], day, now)).toThrow(expect.objectContaining({ code: "VULN_TOO_OLD" }));
  });
});
