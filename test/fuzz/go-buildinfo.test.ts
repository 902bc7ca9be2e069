import { describe, expect, it } from "vitest";
import { readBuildInfo } from "../../src/scan/go/build-info.ts";
import { goCataloger } from "../../src/scan/go/cataloger.ts";
import { parseModuleInfo } from "../../src/scan/go/module-info.ts";
import { catalogFiles } from "../scan/harness.ts";
import { elfProgram } from "../support/elf-program.ts";
import { buildInfo, moduleLines, oldGoProgram } from "../support/go-build-info.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const info = buildInfo("go1.22.1", moduleLines);
const programs = [
  elfProgram({ loaded: [{ content: info, writable: true }] }),
  oldGoProgram("go1.17.2", moduleLines),
  oldGoProgram("go1.17.2", moduleLines, { before: true }),
];

describe("Go build information under mutation", () => {
  it("is read, asks for more than it has, is something else, or is refused with a coded error", async () => {
    const random = seeded(51);
    let read = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      const bytes = mutate(info, random);
      await readsOrRefuses(() => {
        const result = readBuildInfo(bytes);
        if (result.state === "more") expect(result.size).toBeGreaterThan(bytes.length);
        if (result.state === "read") read++;
      });
    }
    expect(read).toBeGreaterThan(100);
  });

  it("has module lines that are read or refused, and are JSON", async () => {
    const random = seeded(52);
    let read = 0;
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const lines = Buffer.from(mutate(Buffer.from(moduleLines), random)).toString("latin1");
      if (
        await readsOrRefuses(() =>
          expect(JSON.parse(JSON.stringify(parseModuleInfo(lines)))).toEqual(parseModuleInfo(lines)),
        )
      ) {
        read++;
      }
    }
    expect(read).toBeGreaterThan(500);
  });

  it("is listed from programs, or warned of", () => {
    const random = seeded(53);
    let listed = 0;
    for (let round = 0; round < fuzzRounds(500); round++) {
      const bytes = mutate(programs[random(programs.length)] ?? info, random);
      const { packages } = catalogFiles(goCataloger, { "usr/bin/tool": bytes });
      for (const { purl } of packages) expect(purl).toMatch(/^pkg:golang\//);
      listed += packages.length;
    }
    expect(listed).toBeGreaterThan(100);
  });
});
