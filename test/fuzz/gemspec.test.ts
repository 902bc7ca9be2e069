import { describe, expect, it } from "vitest";
import { fulfils } from "../../src/scan/ruby/gem-version.ts";
import { parseGemspec } from "../../src/scan/ruby/gemspec.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const gemspec = Buffer.from(`# -*- encoding: utf-8 -*-
# stub: ffi 1.15.5 java lib

Gem::Specification.new do |s|
  s.name = "ffi".freeze
  s.version = Gem::Version.new("1.15.5")
  s.authors = ["Wayne Meissner \\u{1F600}".freeze, 'O\\'Neil']
  s.executables = %w[ffi tool]
  s.licenses = ["BSD-3-Clause".freeze]
  s.add_runtime_dependency(%q<rake>.freeze, ["~> 13.0", "< 14"])
  if s.respond_to? :add_runtime_dependency then
    s.add_dependency "racc"
  else
    s.add_dependency(%q<no>.freeze, [">= 0"])
  end
end
`);

describe("specifications of gems under mutation", () => {
  it("are read or refused with a coded error, and their requirements can be compared", async () => {
    const random = seeded(43);
    let read = 0;
    for (let round = 0; round < fuzzRounds(2000); round++) {
      const source = mutate(gemspec, random).toString();
      const isRead = await readsOrRefuses(() => {
        const gem = parseGemspec(source);
        for (const { conditions } of gem.requires) for (const condition of conditions) fulfils(gem.version, condition);
      });
      if (isRead) read++;
    }
    expect(read).toBeGreaterThan(500);
  });

  it("end soon, whatever they repeat", () => {
    const head = "#\n# stub: x 1 ruby lib\nGem::Specification.new do |s|\n";
    for (const piece of [
      "s.a = ",
      "  s.a = [\n",
      "s.a = '\n",
      '"',
      "\\",
      "%q<",
      "\t",
      "s.add_dependency 'x', [\n",
      "else",
      "|",
    ]) {
      const start = performance.now();
      expect(parseGemspec(`${head}${piece.repeat(2 ** 18 / piece.length)}`).name).toBe("x");
      expect(performance.now() - start, piece).toBeLessThan(3000);
    }
  });
});
