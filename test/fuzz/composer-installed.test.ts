import { describe, expect, it } from "vitest";
import { parseInstalled } from "../../src/scan/php/composer.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const installed = Buffer.from(
  JSON.stringify({
    packages: [
      {
        name: "monolog/monolog",
        version: "2.9.1",
        source: { reference: "f259e2b15fb95494c83f52d3caad003bbf5ffaa1" },
        require: { php: ">=7.2", "psr/log": "^1" },
        provide: { "psr/log-implementation": "1.0" },
        license: ["MIT", "GPL-3.0-or-later"],
        authors: [{ name: "Jordi", email: "j@example.net" }],
        bin: ["bin/tool"],
        "install-path": "../monolog/monolog",
      },
      { name: "psr/log", version: "1.1.4", license: "MIT", require: {} },
    ],
    "dev-package-names": ["psr/log"],
  }),
);

describe("installed.json under mutation", () => {
  it("is read or refused with a coded error", async () => {
    const random = seeded(44);
    let read = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      if (await readsOrRefuses(() => parseInstalled(mutate(installed, random).toString()))) read++;
    }
    expect(read).toBeGreaterThan(100);
  });

  it("is read or refused whatever stands for any of its values", async () => {
    const values: readonly unknown[] = [null, 1, "", "x", [], {}, [null], { a: null }, "__proto__", [[["x"]]]];
    for (const key of [
      "name",
      "version",
      "source",
      "require",
      "provide",
      "license",
      "authors",
      "bin",
      "install-path",
    ]) {
      for (const value of values) {
        const item = { name: "a/b", version: "1", [key]: value };
        await readsOrRefuses(() => parseInstalled(JSON.stringify([item])));
        await readsOrRefuses(() => parseInstalled(JSON.stringify({ packages: [item], "dev-package-names": value })));
      }
    }
  });
});
