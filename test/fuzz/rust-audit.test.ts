import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseAuditData } from "../../src/scan/rust/audit-data.ts";
import { rustCataloger } from "../../src/scan/rust/cataloger.ts";
import { canStartObject } from "../../src/scan/rust/deflate-start.ts";
import { catalogFiles } from "../scan/harness.ts";
import { elfProgram } from "../support/elf-program.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const json = JSON.stringify({
  packages: [
    { name: "itoa", version: "1.0.19", source: "crates.io" },
    { name: "cc", version: "1.2.0", source: "crates.io", kind: "build" },
    { name: "tool", version: "0.1.0+a.b", source: "local", dependencies: [0, 1], root: true },
  ],
  format: 1,
});
const programOf = (unloaded: Uint8Array) => elfProgram({ loaded: [{ content: Buffer.alloc(50) }], unloaded });

describe("Rust audit data under mutation", () => {
  it("is read as a list or refused with a coded error", async () => {
    const random = seeded(61);
    let read = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      const text = Buffer.from(mutate(Buffer.from(json), random)).toString("utf8");
      if (await readsOrRefuses(() => expect(parseAuditData(text).length).toBeGreaterThanOrEqual(0))) read++;
    }
    expect(read).toBeGreaterThan(100);
  });

  it("is listed from programs, is nothing, or warned of, whether its text or its bytes are changed", () => {
    const random = seeded(62);
    let listed = 0;
    let warned = 0;
    for (let round = 0; round < fuzzRounds(600); round++) {
      const text = mutate(Buffer.from(json), random);
      const bytes = round % 2 === 0 ? programOf(deflateSync(text)) : mutate(programOf(deflateSync(json)), random);
      const { packages, warnings } = catalogFiles(rustCataloger, { "usr/bin/tool": bytes });
      for (const { purl } of packages) expect(purl).toMatch(/^pkg:cargo\//);
      listed += packages.length;
      warned += warnings.length;
    }
    expect(listed).toBeGreaterThan(fuzzRounds(600) / 20);
    expect(warned).toBeGreaterThan(10);
  });

  it("has a start that is looked at whatever it is", () => {
    const random = seeded(63);
    const start = deflateSync(json).subarray(2);
    const judged = Array.from({ length: fuzzRounds(3000) }, () => canStartObject(mutate(start, random)));
    expect(judged.filter((one) => one).length).toBeGreaterThan(100);
    expect(judged.filter((one) => !one).length).toBeGreaterThan(100);
  });
});
