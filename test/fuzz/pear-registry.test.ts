import { describe, expect, it } from "vitest";
import { parsePearPackage } from "../../src/scan/php/pear.ts";
import { serialize } from "../scan/php/serialize.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const record = Buffer.from(
  serialize({
    name: "Mail",
    channel: "pear.php.net",
    lead: { 0: { name: "Chuck", email: "chuck@example.net" } },
    version: { release: "1.4.1", api: "1.3.0" },
    license: { _content: "New BSD License" },
    dependencies: { required: { package: { 0: { name: "PEAR", channel: "pear.php.net" } } } },
    filelist: { "Mail.php": { installed_as: "/usr/share/php/Mail.php" } },
  }),
);

describe("records of PEAR packages under mutation", () => {
  it("are read or refused with a coded error", async () => {
    const random = seeded(45);
    let read = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      if (await readsOrRefuses(() => parsePearPackage(mutate(record, random)))) read++;
    }
    expect(read).toBeGreaterThan(100);
  });
});
