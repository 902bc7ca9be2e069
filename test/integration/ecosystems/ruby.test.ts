import { execFileSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Sbom } from "../../../src/sbom/model.ts";
import { isObject, parseObject } from "../../../src/scan/json.ts";
import { rubyLockCataloger } from "../../../src/scan/ruby/lock-cataloger.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { catalogFiles } from "../../scan/harness.ts";
import { gemfileLock } from "../../scan/ruby/gemfile-lock.ts";
import { has, run } from "../../support/program.ts";
import { aptAnswers, scanFolders, unpackDebs } from "../../support/real-root.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { titled } from "../shared.ts";

const noRuby = has("ruby") && has("gem") ? null : "there is no Ruby";
const noMake = has("make") ? null : "there is no make";
const noApt = aptAnswers() ? null : "apt can download nothing here";

const debianPackages = [
  ...["bundler", "rake", "ruby-activesupport", "ruby-bundler", "ruby-concurrent", "ruby-ffi", "ruby-i18n", "ruby-json"],
  ...["ruby-minitest", "ruby-mustermann", "ruby-net-telnet", "ruby-nokogiri", "ruby-power-assert", "ruby-rack"],
  ...["ruby-rubygems", "ruby-sinatra", "ruby-test-unit", "ruby-thor", "ruby-tzinfo", "ruby-webrick", "ruby-xmlrpc"],
];

describe.skipIf(noRuby !== null || noApt !== null)(titled("Debian's Ruby gems", noRuby, noApt), () => {
  it("are what RubyGems reads of their specifications: names, platforms, licences, authors and requirements", async () => {
    const root = await temporaryFolder();
    await unpackDebs(root, [libraryOfRuby(), ...debianPackages]);
    const sbom = await scanFolders([root]);
    const gems = await rubyReads(root);
    expect(found(sbom)).toEqual(gems);
    expect(gems.length).toBeGreaterThan(80);
    expect(sbom.packages.filter(({ type, owner }) => type === "gem" && owner === null)).toEqual([]);
    expect(sbom.packages.filter(({ comments }) => comments.includes("comes with Ruby")).length).toBeGreaterThan(50);
    const sinatra = sbom.packages.find(({ purl }) => purl.startsWith("pkg:gem/sinatra@"));
    expect(sinatra?.dependsOn.map((purl) => purl.replace(/@.*/, ""))).toEqual(
      expect.arrayContaining(["pkg:gem/mustermann", "pkg:gem/rack"]),
    );
    expect(sbom.warnings).toEqual([]);
    expect(sbom.unowned.files).toBe(0);
    expectValidDocuments(sbom);
  }, 240_000);
});

describe.skipIf(noRuby !== null || noMake !== null)(titled("gems that RubyGems installs", noRuby, noMake), () => {
  it("are what gem lists, and own all that was installed", async () => {
    const root = await temporaryFolder();
    const home = join(root, "usr/local/bundle");
    await mkdir(home, { recursive: true });
    for (const gem of [await madeGem(plain), await madeGem(compiled), await madeGem(ofPlatform)]) {
      gemCommand(home, ["install", "--local", "--no-document", "--force", gem]);
    }
    const sbom = await scanFolders([root]);
    expect(found(sbom)).toEqual(await rubyReads(root));
    const names = sbom.packages.map(
      ({ name, version, architecture }) => `${name} ${version} ${architecture ?? "ruby"}`,
    );
    expect(names.sort()).toEqual(gemList(home));
    expect(sbom.packages.find(({ name }) => name === "fixture-app")).toMatchObject({
      licenses: ["MIT", "0BSD"],
      supplier: 'Zoë "Z" O\'Neil',
      dependsOn: ["pkg:gem/fixture_compiled@2.0.0.rc1"],
      owner: null,
    });
    expect(sbom.unowned.paths).toEqual([]);
    expect(sbom.warnings).toEqual([]);
    expectValidDocuments(sbom);
  }, 120_000);
});

const noBundler = noRuby ?? (succeeds("ruby", ["-rbundler", "-e", "1"]) ? null : "there is no Bundler");

describe.skipIf(noBundler !== null)(titled("a lock file of gems", noBundler), () => {
  it("names the gems that Bundler reads of it, but those of the project's own folders", async () => {
    const file = join(await temporaryFolder(), "Gemfile.lock");
    await writeFile(file, gemfileLock);
    await writeFile(file.replace(".lock", ""), "");
    const script = `
      ENV["BUNDLE_GEMFILE"] = ARGV[0].delete_suffix(".lock")
      Bundler::LockfileParser.new(File.read(ARGV[0])).specs.each do |spec|
        next if spec.source.instance_of?(Bundler::Source::Path)
        puts [spec.name, spec.version, spec.platform].join(" ")
      end`;
    const theirs = run("ruby", ["-rbundler", "-e", script, file]).trim().split("\n");
    const { packages } = catalogFiles(rubyLockCataloger, { "Gemfile.lock": gemfileLock });
    const ours = packages.map(
      ({ name, version, purl }) => `${name} ${version} ${/(?<=platform=).*/.exec(purl)?.[0] ?? "ruby"}`,
    );
    expect(ours.sort()).toEqual(theirs.sort());
  });
});

interface MadeGem {
  readonly name: string;
  readonly version: string;
  readonly lines: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const plain: MadeGem = {
  name: "fixture-app",
  version: "1.2.3",
  lines: [
    's.licenses = ["MIT", "0BSD"]',
    "s.authors = [%q{Zoë \"Z\" O'Neil}, 'Another']",
    's.description = "Says #{1 + 1} things:\\n  s.version = \\"9\\""',
    's.executables = ["fixture-app"]',
    's.add_runtime_dependency "fixture_compiled", "~> 2.0.a", "< 3"',
    's.add_development_dependency "fixture_platform"',
  ],
  files: { "bin/fixture-app": "puts 1\n", "lib/fixture-app.rb": "1\n" },
};

/** Its extension is built by a makefile that copies a file. */
const compiled: MadeGem = {
  name: "fixture_compiled",
  version: "2.0.0.rc1",
  lines: ['s.authors = ["A"]', 's.extensions = ["ext/extconf.rb"]'],
  files: {
    "lib/fixture_compiled.rb": "1\n",
    "ext/extconf.rb": [
      'File.write("Makefile", <<~MAKE)',
      "all:",
      "\ttouch fixture_compiled.so",
      "install: all",
      "\tmkdir -p #{RbConfig::MAKEFILE_CONFIG['sitearchdir']}",
      "\tcp fixture_compiled.so #{RbConfig::MAKEFILE_CONFIG['sitearchdir']}",
      "clean:",
      "\trm -f fixture_compiled.so",
      "MAKE",
      "",
    ].join("\n"),
  },
};

const ofPlatform: MadeGem = {
  name: "fixture_platform",
  version: "0.1",
  lines: ['s.author = "A"', "s.platform = Gem::Platform.local", 's.license = "Ruby"'],
  files: { "lib/fixture_platform.rb": "1\n" },
};

async function madeGem({ name, version, lines, files }: MadeGem): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const head = [`s.name = "${name}"`, `s.version = "${version}"`, 's.summary = "x"', `s.files = ${rubyList(files)}`];
  const body = [...head, ...lines].map((line) => `  ${line}\n`).join("");
  await writeFile(join(folder, "made.gemspec"), `Gem::Specification.new do |s|\n${body}end\n`);
  execFileSync("gem", ["build", "made.gemspec", "--output", "made.gem"], { cwd: folder, stdio: "pipe" });
  return join(folder, "made.gem");
}

function rubyList(files: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.keys(files));
}

function gemCommand(home: string, args: readonly string[]): string {
  const env = { ...process.env, GEM_HOME: home, GEM_PATH: home, LANG: "C.UTF-8" };
  return execFileSync("gem", [...args], { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] });
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    run(program, args);
    return true;
  } catch {
    return false;
  }
}

/** What `gem list` lists of `home`, without the gems of the Ruby that runs it. */
function gemList(home: string): readonly string[] {
  const lines = gemCommand(home, ["list", "--local", "--prerelease"]).split("\n");
  return lines
    .flatMap((line) => {
      const [, name, version, platform = "ruby"] = /^(\S+) \(([^ :]+)(?: (\S+))?\)$/.exec(line) ?? [];
      return name === undefined ? [] : [`${name} ${version} ${platform}`];
    })
    .sort();
}

/** What RubyGems itself reads of every specification below a folder, by running it. */
const reader = `
require "json"
gems = ARGV.map do |path|
  spec = Gem::Specification.load(path) or raise path
  platform = spec.platform.to_s
  purl = "pkg:gem/#{spec.name}@#{spec.version}" + (platform == "ruby" ? "" : "?platform=#{platform}")
  { purl: purl, licenses: spec.licenses, author: spec.authors.first,
    requires: spec.runtime_dependencies.map(&:name) }
end
puts JSON.generate(gems: gems)
`;

interface ReadGem {
  readonly purl: string;
  readonly licenses: readonly unknown[];
  readonly author: unknown;
  /** Names of the gems among these that it requires. */
  readonly requires: readonly string[];
}

async function rubyReads(root: string): Promise<readonly ReadGem[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(({ name, parentPath }) => name.endsWith(".gemspec") && /\/specifications(\/default)?$/.test(parentPath))
    .map(({ name, parentPath }) => join(parentPath, name));
  const { gems } = parseObject(run("ruby", ["-e", reader, ...paths])) ?? {};
  if (!Array.isArray(gems)) throw new Error("Ruby says nothing");
  return joined(
    gems.map((gem: unknown) => {
      const { purl, licenses, author, requires } = isObject(gem) ? gem : {};
      if (typeof purl !== "string" || !Array.isArray(licenses) || !Array.isArray(requires)) {
        throw new Error("Ruby says something else");
      }
      return { purl, licenses, author, requires: requires.map(String) };
    }),
  );
}

function found(sbom: Sbom): readonly ReadGem[] {
  const gems = sbom.packages.filter(({ type }) => type === "gem");
  return joined(
    gems.map(({ purl, licenses, supplier, dependsOn }) => {
      return { purl, licenses, author: supplier, requires: dependsOn.map(nameIn) };
    }),
  );
}

/** A gem of one version at two places once; of what they require, what is among them. */
function joined(gems: readonly ReadGem[]): readonly ReadGem[] {
  const names = new Set(gems.map(({ purl }) => nameIn(purl)));
  const all = new Map(
    gems.map((gem) => [gem.purl, { ...gem, requires: gem.requires.filter((name) => names.has(name)).sort() }]),
  );
  return [...all.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

function nameIn(purl: string): string {
  return purl.replace(/^pkg:gem\/|@.*$/g, "");
}

/** The package with the library and the default gems of the Ruby that Debian's `ruby` means here. */
function libraryOfRuby(): string {
  const [, program = ""] = /Depends: (ruby\d\.\d)/.exec(run("apt-cache", ["depends", "ruby"])) ?? [];
  return `lib${program}`;
}
