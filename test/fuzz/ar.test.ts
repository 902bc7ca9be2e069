import { describe, expect, it } from "vitest";
import { readAr } from "../../src/archive/ar-read.ts";
import { readDeb } from "../../src/debian/deb.ts";
import { makeDeb } from "../support/deb.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const deb = makeDeb({
  control: "Package: a\nVersion: 1\nArchitecture: all\n",
  files: { "usr/share/doc/a/copyright": "License: MIT\n" },
});

describe("ar and .deb under mutation", () => {
  it("are read or refused with a coded error", async () => {
    const random = seeded(2);
    let read = 0;
    for (let round = 0; round < fuzzRounds(); round++) {
      const bytes = mutate(deb, random);
      if (await readsOrRefuses(() => readAr(bytes))) read++;
      await readsOrRefuses(async () => {
        const limits = { controlLimit: 1 << 20, dataLimit: 1 << 20 };
        await (await readDeb(bytes, { what: "a 1", ...limits })).data();
      });
    }
    expect(read).toBeGreaterThan(0);
  });
});
