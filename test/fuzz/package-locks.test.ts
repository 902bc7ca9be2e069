import { describe, expect, it } from "vitest";
import { parseComposerLock } from "../../src/scan/php/composer.ts";
import { parsePipfileLock } from "../../src/scan/python/lock/pipfile.ts";
import { parseRequirements } from "../../src/scan/python/lock/requirements.ts";
import { parseTomlLock } from "../../src/scan/python/lock/toml.ts";
import { parseGemfileLock } from "../../src/scan/ruby/gemfile-lock.ts";
import { gemfileLock } from "../scan/ruby/gemfile-lock.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const locks = [
  ["Gemfile.lock", parseGemfileLock, gemfileLock],
  ["requirements.txt", parseRequirements, "flask[async]==2.0 ; python_version < '4'\nx==1 --hash=sha256:a\n"],
  ["Pipfile.lock", parsePipfileLock, '{"default":{"six":{"version":"==1"}},"develop":{}}'],
  ["composer.lock", parseComposerLock, '{"packages":[{"name":"a/b","version":"1"}],"packages-dev":[]}'],
  [
    "uv.lock and poetry.lock",
    parseTomlLock,
    '[[package]]\nname = "x"\nversion = "1"\ndependencies = [\n    { name = "y" },\n]\n\n[package.dependencies]\nz = "*"\n',
  ],
] as const;

describe.each(locks)("%s under mutation", (_, parse, text) => {
  it("is read or refused with a coded error", async () => {
    const random = seeded(47);
    let read = 0;
    for (let round = 0; round < fuzzRounds(1000); round++) {
      if (await readsOrRefuses(() => parse(mutate(Buffer.from(text), random).toString()))) read++;
    }
    expect(read).toBeGreaterThan(30);
  });

  it("ends soon, whatever it repeats", async () => {
    for (const piece of [
      "dependencies = [\n",
      "[[package]]\n",
      "a==",
      "[",
      "    x (1)\n",
      " ",
      "\\",
      "{ name = ",
      '"a',
    ]) {
      const start = performance.now();
      await readsOrRefuses(() => parse(`${text}${piece.repeat(2 ** 18 / piece.length)}`));
      expect(performance.now() - start, piece).toBeLessThan(3000);
    }
  });
});
