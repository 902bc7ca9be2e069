import { describe, expect, it } from "vitest";
import { readElfDynamic } from "../../src/elf/dynamic.ts";
import { stripElf } from "../../src/elf/strip.ts";
import { fileTrait } from "../../src/facts/trait.ts";
import { dynamicElf } from "../support/dynamic-program.ts";
import { printingProgram } from "../support/tiny-program.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const seeds = [
  dynamicElf({ interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libz.so.1", "libc.so.6"], runpath: "$ORIGIN" }),
  dynamicElf({ soname: "libown.so.1", rpath: "/a:/b", needed: ["libc.so.6"] }),
  printingProgram("hello", 0),
];

describe("ELF files under mutation", () => {
  it("are read or are nothing, and what is read has no more texts than a file may have", () => {
    const random = seeded(31);
    let read = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      const bytes = mutate(seeds[random(seeds.length)] ?? Buffer.alloc(0), random);
      const found = readElfDynamic(bytes);
      if (found === null) continue;
      read++;
      const { interpreter, needed, soname, rpath, runpath } = found;
      const texts = [interpreter ?? "", ...needed, soname ?? "", ...rpath, ...runpath];
      expect(texts.join("").length).toBeLessThanOrEqual(65_536);
      expect(texts.join("")).not.toContain("\0");
    }
    expect(read).toBeGreaterThan(300);
  });

  it("are stripped or refused with a coded error", async () => {
    const random = seeded(32);
    for (let round = 0; round < fuzzRounds(500); round++) {
      const bytes = mutate(seeds[random(seeds.length)] ?? Buffer.alloc(0), random);
      await readsOrRefuses(() => stripElf(bytes, "usr/bin/x"));
    }
  });

  it("have a trait or none, also as a FIPS module", () => {
    const random = seeded(33);
    const script = Buffer.from("#!/usr/bin/env -S node --flag\nconsole.log(1)\n");
    for (let round = 0; round < fuzzRounds(1000); round++) {
      const bytes = mutate([...seeds, script][random(seeds.length + 1)] ?? script, random);
      const trait = fileTrait({ path: "usr/lib/ossl-modules/fips.so", mode: 0o755 }, bytes);
      expect(JSON.parse(JSON.stringify(trait))).toEqual(trait);
    }
  });
});
