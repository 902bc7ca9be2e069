import { beforeAll, describe, expect, it } from "vitest";
import type { Sbom } from "../../src/sbom/model.ts";
import { match } from "../../src/vuln/match.ts";
import { mavenJar } from "../scan/java/jars.ts";
import { packageNamed, scanLayers } from "../scan/tree.ts";
import { elfProgram } from "../support/elf-program.ts";
import { buildInfo } from "../support/go-build-info.ts";
import { type Feeds, indexOf } from "./examples.ts";

const goProgram = (lines: string) =>
  elfProgram({ loaded: [{ content: buildInfo("go1.22.1", lines), writable: true }] });

const revision = "build\tvcs=git\nbuild\tvcs.revision=0123456789abcdef0123456789abcdef01234567\n";
const pseudo = "v0.0.0-20240102030405-0123456789ab";

const apkPackage = (name: string, more = "") => `P:${name}\nV:1.0-r0\nA:x86_64\n${more}\n`;

/** An image of Alpine with a package of every kind that has names of its own rules. */
const files = {
  "etc/os-release": "ID=alpine\nVERSION_ID=3.20.3\n",
  "lib/apk/db/installed": `${apkPackage("libssl3", "o:openssl\n")}${apkPackage("tzdata")}`,
  "app/node_modules/@scope/Left/package.json": JSON.stringify({ name: "@scope/Left", version: "1.0.0" }),
  "usr/lib/python3.12/site-packages/Foo.Bar_Baz-1.0.dist-info/METADATA":
    "Metadata-Version: 2.1\nName: Foo.Bar_Baz\nVersion: 1.0+local.1\n",
  "app/vendor/composer/installed.json": JSON.stringify({
    packages: [
      { name: "Vendor/Name", version: "v1.0.0", "install-path": "../vendor/name" },
      { name: "vendor/branch", version: "dev-main", "install-path": "../vendor/branch" },
    ],
  }),
  "app/App.deps.json": JSON.stringify({
    targets: { t: { "Humanizer.Core/1.0.0": { runtime: { "a.dll": {} } } } },
    runtimeTarget: { name: "t" },
    libraries: { "Humanizer.Core/1.0.0": { type: "package" } },
  }),
  "usr/local/bundle/specifications/nokogiri-1.0.0-x86_64-linux.gemspec":
    "# -*- encoding: utf-8 -*-\n# stub: nokogiri 1.0.0 x86_64-linux lib\n\nGem::Specification.new do |s|\nend\n",
  "app/example.jar": mavenJar("org.Example:artifact:1.0.0"),
  "usr/bin/tool": {
    content: goProgram(`mod\texample.org/tool\t${pseudo}\n${revision}dep\tgithub.com/Azure/Thing/v2\tv2.0.0\th1:x=\n`),
    mode: 0o755,
  },
  "usr/bin/fetched": { content: goProgram(`mod\texample.org/fetched\t${pseudo}\th1:x=\n`), mode: 0o755 },
  "usr/local/go/VERSION": "go1.22.1\ntime 2024-02-29T18:18:48Z\n",
  "usr/local/go/bin/go": { content: "#!", mode: 0o755 },
};

const record = (ecosystem: string, name: string) => ({
  id: `X-${name}`,
  modified: "2026-01-01T00:00:00Z",
  affected: [{ package: { ecosystem, name }, ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }] }],
});

/** A record of every package, its name as the ecosystem's database writes it. */
const feeds: Feeds = {
  "alpine.json": [record("Alpine:v3.20", "openssl"), record("Alpine:v3.20", "tzdata")],
  "npm.json": [record("npm", "@scope/Left")],
  "pypi.json": [record("PyPI", "foo-bar-baz")],
  "packagist.json": [record("Packagist", "vendor/name"), record("Packagist", "vendor/branch")],
  "nuget.json": [record("NuGet", "Humanizer.Core")],
  "gem.json": [record("RubyGems", "nokogiri")],
  "maven.json": [record("Maven", "org.Example:artifact")],
  "go.json": [
    ...["github.com/Azure/Thing/v2", "stdlib", "toolchain", "example.org/tool", "example.org/fetched"],
    ...["github.com/azure/thing"],
  ].map((name) => record("Go", name)),
};

describe("a record meets the package that the scan finds", () => {
  let image: Sbom;
  beforeAll(async () => {
    image = (await scanLayers([files])).sbom;
  });

  it.each([
    ["libssl3", "X-openssl"],
    ["tzdata", "X-tzdata"],
    ["@scope/Left", "X-@scope/Left"],
    ["Foo.Bar_Baz", "X-foo-bar-baz"],
    ["Vendor/Name", "X-vendor/name"],
    ["Humanizer.Core", "X-Humanizer.Core"],
    ["nokogiri", "X-nokogiri"],
    ["org.Example:artifact", "X-org.Example:artifact"],
    ["github.com/Azure/Thing/v2", "X-github.com/Azure/Thing/v2"],
    ["stdlib", "X-stdlib"],
    ["go", "X-toolchain"],
    ["example.org/fetched", "X-example.org/fetched"],
  ])("of %s", async (name, id) => {
    const one = packageNamed(image, name);
    const { findings } = match(
      { ...image, packages: [one] },
      { index: await indexOf(feeds), policy: "all", today: "2026-06-01" },
    );
    expect(findings.map((found) => found.id)).toEqual([id]);
  });

  it.each([
    ["example.org/tool", /build from a working copy/],
    ["vendor/branch", /dev-main is a branch/],
  ])("but not of %s, whose version may be any", async (name, reason) => {
    const result = match(
      { ...image, packages: [packageNamed(image, name)] },
      { index: await indexOf(feeds), policy: "all", today: "2026-06-01" },
    );
    expect(result.findings).toEqual([]);
    expect(result.notMatched).toMatchObject([{ reason: expect.stringMatching(reason) }]);
  });
});
