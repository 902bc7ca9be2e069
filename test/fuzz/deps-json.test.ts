import { describe, expect, it } from "vitest";
import { parseDeps } from "../../src/scan/dotnet/deps.ts";
import { depsJson } from "../scan/dotnet/example.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

describe("deps.json under mutation", () => {
  it("is read or refused with a coded error, and names packages that can be", async () => {
    const random = seeded(74);
    const seed = Buffer.from(depsJson());
    let listed = 0;
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const text = Buffer.from(mutate(seed, random)).toString();
      await readsOrRefuses(() => {
        for (const { name, version, files } of parseDeps(text) ?? []) {
          listed++;
          expect(`${name}@${version}`).toMatch(/^\w[\w.-]*@\d[\w.+-]*$/);
          for (const file of files) expect(file.split("/")).not.toContain("..");
        }
      });
    }
    expect(listed).toBeGreaterThan(fuzzRounds(2000) / 10);
  });
});
