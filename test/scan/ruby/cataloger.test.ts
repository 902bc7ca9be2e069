import { describe, expect, it } from "vitest";
import { rubyCataloger } from "../../../src/scan/ruby/cataloger.ts";
import { catalogFiles } from "../harness.ts";

const home = "usr/local/bundle";

function gemspec(stub: string, ...lines: readonly string[]): string {
  const body = lines.map((line) => `  s.${line}\n`).join("");
  return `# -*- encoding: utf-8 -*-\n# stub: ${stub} lib\n\nGem::Specification.new do |s|\n${body}end\n`;
}

describe("rubyCataloger", () => {
  it("lists installed gems, with platforms, and the newest of the gems that fulfil what they require", () => {
    const { packages, warnings } = catalogFiles(rubyCataloger, {
      [`${home}/specifications/nokogiri-1.15.0-x86_64-linux.gemspec`]: gemspec(
        "nokogiri 1.15.0 x86_64-linux",
        'licenses = ["MIT".freeze]',
        'authors = ["Mike Dalessio".freeze, "Other"]',
        'add_runtime_dependency(%q<racc>.freeze, ["~> 1.4"])',
        'add_development_dependency(%q<rake>.freeze, [">= 0"])',
      ),
      [`${home}/specifications/racc-1.5.gemspec`]: gemspec("racc 1.5 ruby"),
      [`${home}/specifications/racc-1.10.gemspec`]: gemspec("racc 1.10 ruby"),
      [`${home}/specifications/racc-2.0.gemspec`]: gemspec("racc 2.0 ruby"),
      "usr/lib/ruby/gems/3.1.0/specifications/default/racc-1.11.gemspec": gemspec("racc 1.11 ruby"),
    });
    expect(warnings).toEqual([]);
    expect(packages.map(({ purl }) => purl).sort()).toEqual([
      "pkg:gem/nokogiri@1.15.0?platform=x86_64-linux",
      "pkg:gem/racc@1.10",
      "pkg:gem/racc@1.11",
      "pkg:gem/racc@1.5",
      "pkg:gem/racc@2.0",
    ]);
    expect(packages.find(({ name }) => name === "nokogiri")).toMatchObject({
      type: "gem",
      version: "1.15.0",
      architecture: "x86_64-linux",
      licenses: ["MIT"],
      supplier: "Mike Dalessio",
      comments: [],
      dependsOn: ["pkg:gem/racc@1.10"],
    });
    expect(packages.find(({ version }) => version === "1.11")?.comments).toEqual(["comes with Ruby"]);
  });

  it("warns of a specification that has to be run, and passes over sources of gems", () => {
    const path = `${home}/specifications/x-1.gemspec`;
    const { packages, warnings } = catalogFiles(rubyCataloger, {
      [path]: 'Gem::Specification.new do |s|\n  s.name = "x"\n  s.version = X::VERSION\nend\n',
      "app/x.gemspec": gemspec("x 1 ruby"),
    });
    expect(packages).toEqual([]);
    expect(warnings).toEqual([{ path, reason: "the gem's version cannot be told without running its specification" }]);
  });

  it("owns a gem's folder, programs, archive and what was built of it", () => {
    const { owners } = catalogFiles(rubyCataloger, {
      [`${home}/specifications/ffi-1.gemspec`]: gemspec(
        "ffi 1 ruby",
        'executables = ["ffi"]',
        'extensions = ["ext/extconf.rb"]',
      ),
      [`${home}/specifications/rack-1.gemspec`]: gemspec("rack 1 ruby"),
      [`${home}/gems/ffi-1/lib/ffi.rb`]: "1",
      [`${home}/gems/ffi-2/lib/ffi.rb`]: "1",
      [`${home}/extensions/x86_64-linux/3.1.0/ffi-1/ffi_c.so`]: "1",
      [`${home}/extensions/x86_64-linux/3.1.0/other-1/ffi_c.so`]: "1",
      [`${home}/bin/ffi`]: "1",
      [`${home}/bin/other`]: "1",
      [`${home}/cache/ffi-1.gem`]: "1",
    });
    const owned = [
      "gems/ffi-1/lib/ffi.rb",
      "extensions/x86_64-linux/3.1.0/ffi-1/ffi_c.so",
      "bin/ffi",
      "cache/ffi-1.gem",
    ];
    const strange = ["gems/ffi-2/lib/ffi.rb", "extensions/x86_64-linux/3.1.0/other-1/ffi_c.so", "bin/other"];
    expect(owned.map((path) => owners.ownerOf(`${home}/${path}`))).toEqual(owned.map(() => "pkg:gem/ffi@1"));
    expect(strange.map((path) => owners.ownerOf(`${home}/${path}`))).toEqual(strange.map(() => null));
  });
});
