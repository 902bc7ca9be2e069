import { describe, expect, it } from "vitest";
import { compareDebianVersions, parseDebianVersion, stripBinNmu } from "../../src/debian/version.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const versions = ["1:2.36-9+deb12u14", "5.2.15-2+b13", "2.0~rc1", "0.9-1~exp1", "20240101git-1"].map((text) =>
  Buffer.from(text),
);

describe("versions under mutation", () => {
  it("are parsed or refused, and ordered in any case", async () => {
    const random = seeded(4);
    const pick = () => mutate(versions[random(versions.length)] ?? Buffer.of(0x30), random).toString();
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const [a, b] = [pick(), pick()];
      await readsOrRefuses(() => parseDebianVersion(a));
      stripBinNmu(a);
      expect(Math.sign(compareDebianVersions(a, b))).toBe(-Math.sign(compareDebianVersions(b, a)) + 0);
      expect(compareDebianVersions(a, a)).toBe(0);
    }
  });
});
