import { describe, expect, it } from "vitest";
import type { Cataloger } from "../../src/scan/cataloger.ts";
import { phpCataloger } from "../../src/scan/php/cataloger.ts";
import { pythonCataloger } from "../../src/scan/python/cataloger.ts";
import { rubyCataloger } from "../../src/scan/ruby/cataloger.ts";
import { catalogFiles, type HarnessResult } from "../scan/harness.ts";
import { serialize } from "../scan/php/serialize.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const site = "usr/lib/python3/dist-packages";
const python = {
  [`${site}/six-1.16.dist-info/METADATA`]: "Name: six\nVersion: 1.16\nLicense: MIT\nRequires-Dist: zipp\n\nText\n",
  [`${site}/six-1.16.dist-info/RECORD`]: "six.py,sha256=abc,1\n../../../bin/six,,\n",
  [`${site}/six-1.16.dist-info/direct_url.json`]: '{"url":"file:///x","dir_info":{"editable":true}}',
  [`${site}/zipp-2.egg-info/PKG-INFO`]: "Name: zipp\nVersion: 2\n",
  [`${site}/zipp-2.egg-info/requires.txt`]: "six\n[test]\nx\n",
};
const ruby = {
  "g/specifications/a-1.0-java.gemspec":
    '#\n# stub: a 1.0 java lib\nGem::Specification.new do |s|\n  s.add_dependency("b", ["~> 1.0"])\n  s.extensions = ["x"]\nend\n',
  "g/specifications/b-1.2.gemspec": 'Gem::Specification.new do |s|\n  s.name = "b"\n  s.version = "1.2"\nend\n',
};
const php = {
  "app/vendor/composer/installed.json": JSON.stringify({
    packages: [
      { name: "a/b", version: "v1", require: { "c/d": "*" }, bin: ["x"], "install-path": "../a/b" },
      { name: "c/d", version: "dev-main", license: ["MIT", "ISC"] },
    ],
  }),
  "usr/share/php/.registry/mail.reg": serialize({
    name: "Mail",
    channel: "pear.php.net",
    version: { release: "1.4" },
    filelist: { x: { installed_as: "/usr/share/php/Mail.php" } },
  }),
};

describe.each([
  ["Python", python, (files: Files) => catalog(pythonCataloger, files)],
  ["Ruby", ruby, (files: Files) => catalog(rubyCataloger, files)],
  ["PHP", php, (files: Files) => catalog(phpCataloger, files)],
])("records of %s packages under mutation", (_, files, catalogIt) => {
  it("never keep an image from being scanned: they are listed, or warned of", () => {
    const random = seeded(46);
    const paths = Object.keys(files);
    let warned = 0;
    let listed = 0;
    for (let round = 0; round < fuzzRounds(400); round++) {
      const path = paths[random(paths.length)] ?? "";
      const content = new Map<string, string>(Object.entries(files)).get(path) ?? "";
      const { packages, warnings } = catalogIt({ ...files, [path]: mutate(Buffer.from(content), random) });
      for (const { purl } of packages) expect(purl).toMatch(/^pkg:[a-z]+\/[^\s?#]+@[^\s#]+$/);
      warned += warnings.length;
      listed += packages.length;
    }
    expect(warned).toBeGreaterThan(10);
    expect(listed).toBeGreaterThan(300);
  });
});

type Files = Readonly<Record<string, string | Uint8Array>>;

function catalog<Finding>(cataloger: Cataloger<Finding>, files: Files): HarnessResult {
  return catalogFiles(cataloger, files);
}
