import { describe, expect, it } from "vitest";
import { apkCataloger } from "../../src/scan/apk/cataloger.ts";
import { alpineDatabase, readDatabase } from "../scan/apk/made.ts";
import { catalogFiles } from "../scan/harness.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

describe("databases of apk under mutation", () => {
  it("are catalogued, or nothing", () => {
    const random = seeded(55);
    let found = 0;
    for (let round = 0; round < fuzzRounds(500); round++) {
      const bytes = mutate(Buffer.from(alpineDatabase), random);
      const packages = readDatabase(bytes)?.packages ?? [];
      const catalogued = catalogFiles(apkCataloger, { "lib/apk/db/installed": bytes }).packages;
      expect(catalogued.length).toBeLessThanOrEqual(packages.length);
      found += catalogued.length;
    }
    expect(found).toBeGreaterThan(500);
  });

  it("end soon where one letter stands a million times", () => {
    for (const text of [
      "\n",
      "\r\n",
      "F:\n",
      "R:x\n",
      "D:@@@@\u2028\n",
      "p:=<>~\n",
      "P:a\nV:1\nD:a\np:a\n\n",
      " ",
      "@",
    ]) {
      const content = Buffer.from(`P:a\nV:1\nD:${text.repeat(1_000_000 / text.length)}`);
      expect(readDatabase(content)?.packages.length).toBeGreaterThan(0);
    }
  });
});
