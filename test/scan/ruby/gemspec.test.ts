import { describe, expect, it } from "vitest";
import { parseGemspec } from "../../../src/scan/ruby/gemspec.ts";

const generated = `# -*- encoding: utf-8 -*-
# stub: nokogiri 1.13.10 java lib
# stub: ext/nokogiri/extconf.rb

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.13.10"
  s.platform = "java".freeze

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.metadata = { "name" => "x" } if s.respond_to? :metadata=
  s.authors = ["Andr\\u00E9 Arko".freeze, "Mike Dalessio".freeze]
  s.description = "It says s.name = 'other'\\n  s.version = '9'".freeze
  s.executables = ["nokogiri".freeze, "../x".freeze]
  s.extensions = ["ext/nokogiri/extconf.rb".freeze]
  s.licenses = ["MIT".freeze, "Ruby".freeze]

  if s.respond_to? :add_runtime_dependency then
    s.add_runtime_dependency(%q<mini_portile2>.freeze, ["~> 2.8.0"])
    s.add_runtime_dependency(%q<racc>.freeze, [">= 1.4".freeze, "< 3"])
    s.add_development_dependency(%q<minitest>.freeze, ["~> 5.15"])
  else
    s.add_dependency(%q<mini_portile2>.freeze, ["~> 2.8.0"])
    s.add_dependency(%q<minitest>.freeze, ["~> 5.15"])
  end
end
`;

describe("a gem's specification", () => {
  it("is read as RubyGems writes it", () => {
    expect(parseGemspec(generated)).toEqual({
      name: "nokogiri",
      version: "1.13.10",
      platform: "java",
      licenses: ["MIT", "Ruby"],
      supplier: "André Arko",
      requires: [
        { name: "mini_portile2", conditions: ["~> 2.8.0"] },
        { name: "racc", conditions: [">= 1.4", "< 3"] },
      ],
      executables: ["nokogiri"],
      hasExtensions: true,
    });
  });

  it("is read where a hand has written it, as far as it says it plainly", () => {
    const written = `
      Gem::Specification.new do |spec|
        other.name = "no"
        spec.name        = 'hand'
        spec.version     = Gem::Version.new("2.0")  # set by hand
        spec.author      = "A"
        spec.license     = "MIT"
        spec.summary     = "x" + y
        spec.add_dependency "rake"
        spec.add_dependency "rack", ">= 2", "< 4"
        spec.add_dependency NAME
        spec.platform    = Gem::Platform::RUBY
      end`;
    expect(parseGemspec(written)).toEqual({
      name: "hand",
      version: "2.0",
      platform: null,
      licenses: ["MIT"],
      supplier: "A",
      requires: [
        { name: "rake", conditions: [] },
        { name: "rack", conditions: [">= 2"] },
      ],
      executables: [],
      hasExtensions: false,
    });
  });

  it("has newer RubyGems' dependencies outside of any condition", () => {
    const source =
      's.x = 1\n  s.add_runtime_dependency(%q<a>.freeze, ["~> 1".freeze])\n  s.add_dependency(%q<b>.freeze, [">= 0".freeze])\n';
    const gem = parseGemspec(`#\n# stub: x 1 ruby lib\nGem::Specification.new do |s|\n  ${source}end\n`);
    expect(gem.requires.map((requirement) => requirement.name)).toEqual(["a", "b"]);
  });

  it.each([
    ["version", 'Gem::Specification.new do |s|\n s.name = "x"\n s.version = X::VERSION\nend'],
    ["version", 'Gem::Specification.new do |s|\n s.name = "x"\n s.version = "1.0" + suffix\nend'],
    ["name", 'Gem::Specification.new do |s|\n s.name = File.basename(__FILE__)\n s.version = "1"\nend'],
    ["name", ""],
  ])("is refused where its %s has to be run to be known", (what, source) => {
    expect(() => parseGemspec(source)).toThrow(
      expect.objectContaining({ code: "SCAN_FILE_INVALID", message: expect.stringContaining(`the gem's ${what} `) }),
    );
  });
});
