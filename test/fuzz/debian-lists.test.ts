import { describe, expect, it } from "vitest";
import { parseLifetimes } from "../../src/debian/lifetime.ts";
import { parseSupportList, supportByPackage } from "../../src/debian/security-support.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const support = Buffer.from(`# List of packages whose security support is limited or ends before the distribution EOL
golang.*  limited  See the release notes
lxd  non-supported  5.0.2-5  2026-06-12  Too complex
rust-sequoia-sqv  supported
`);
const releases = Buffer.from(`version,codename,series,created,release,eol,eol-lts
12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2028-06-30
14,Forky,forky,2025-08-09
`);

describe("Debian's lists of support under mutation", () => {
  it("are read or refused, and what is read has names and days", () => {
    const random = seeded(31);
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < fuzzRounds(1000); round++) {
      const lines = parseSupportList(mutate(support, random).toString());
      const lifetimes = parseLifetimes(mutate(releases, random).toString());
      for (const found of [lines, lifetimes]) counts[found === null ? "refused" : "read"]++;
      for (const { package: name, date } of lines ?? []) {
        expect([name !== "", date === null || /^\d{4}-\d\d-\d\d$/.test(date)]).toEqual([true, true]);
      }
      supportByPackage(lines ?? [], "2026-11-27")("golang-1.24");
      for (const { series } of lifetimes ?? []) expect(series).not.toBe("");
    }
    expect(counts.read).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(0);
  });

  it("take time in proportion to their length", () => {
    const started = performance.now();
    for (const part of [" ", "\t", "a ", ",", "\n", "# "]) {
      parseSupportList(`${support}${part.repeat(100_000)}`);
      parseLifetimes(`${releases}${part.repeat(100_000)}`);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
