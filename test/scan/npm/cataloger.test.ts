import { describe, expect, it } from "vitest";
import { hardLink, program, symlink, type TestLayer } from "../../facts/layers.ts";
import { named, packageNamed, scanLayers, statusStanza } from "../tree.ts";

const manifest = (name: string, version: string, rest: object = { license: "MIT" }) =>
  JSON.stringify({ name, version, ...rest });

describe("npmCataloger", () => {
  it("finds installed packages, nested and scoped, with licence and URL", async () => {
    const npm = "usr/local/lib/node_modules/npm";
    const { sbom, layers } = await scanLayers([
      {
        [`${npm}/package.json`]: manifest("npm", "11.6.0", { license: "Artistic-2.0" }),
        [`${npm}/node_modules/@npmcli/arborist/package.json`]: manifest("@npmcli/arborist", "9.1.4", {
          license: "ISC",
        }),
        [`${npm}/node_modules/a/node_modules/b/package.json`]: manifest("b", "1.0.0-rc.1+x", {}),
      },
    ]);
    expect(named(sbom.packages)).toEqual(["npm @npmcli/arborist 9.1.4", "npm b 1.0.0-rc.1+x", "npm npm 11.6.0"]);
    expect(packageNamed(sbom, "@npmcli/arborist")).toEqual({
      type: "npm",
      name: "@npmcli/arborist",
      version: "9.1.4",
      source: null,
      purl: "pkg:npm/%40npmcli/arborist@9.1.4",
      licenses: ["ISC"],
      locations: [`${npm}/node_modules/@npmcli/arborist/package.json`],
      layer: layers[0],
      supplier: null,
      architecture: null,
      comments: [],
      owner: null,
      fromBase: null,
      dependsOn: [],
    });
    expect(packageNamed(sbom, "b").purl).toBe("pkg:npm/b@1.0.0-rc.1%2Bx");
  });

  it("lists a package once however often it is there, with all its places", async () => {
    const { sbom } = await scanLayers([
      { "app/node_modules/a/package.json": manifest("a", "1.0.0") },
      {
        "app/node_modules/b/node_modules/a/package.json": manifest("a", "1.0.0"),
        "app/node_modules/c/node_modules/a/package.json": manifest("a", "2.0.0"),
      },
    ]);
    expect(named(sbom.packages)).toEqual(["npm a 1.0.0", "npm a 2.0.0"]);
    expect(sbom.packages[0]?.locations).toEqual([
      "app/node_modules/a/package.json",
      "app/node_modules/b/node_modules/a/package.json",
    ]);
  });

  it.each([
    ["a string", { license: "ISC" }, ["ISC"]],
    ["an object", { license: { type: "MIT", url: "x" } }, ["MIT"]],
    ["a list", { licenses: [{ type: "MIT" }, "Apache-2.0", { url: "x" }] }, ["MIT", "Apache-2.0"]],
    ["an expression", { license: "(MIT OR CC0-1.0)" }, ["(MIT OR CC0-1.0)"]],
    ["nothing", {}, []],
    ["nonsense", { license: 5, licenses: null }, []],
  ])("reads the licence from %s", async (_, rest, licenses) => {
    const { sbom } = await scanLayers([{ "node_modules/a/package.json": manifest("a", "1.0.0", rest) }]);
    expect(sbom.packages[0]?.licenses).toEqual(licenses);
  });

  it.each([
    ["broken JSON", "{"],
    ["an array", "[]"],
    ["no version", JSON.stringify({ name: "a" })],
    ["no name", JSON.stringify({ version: "1.0.0" })],
    ["a version that is none", manifest("a", "{{version}}")],
    ["a name that leads elsewhere", manifest("../../a", "1.0.0")],
    ["an empty name", manifest("", "1.0.0")],
  ])("passes over a package.json with %s", async (_, text) => {
    const { sbom } = await scanLayers([{ "app/node_modules/a/package.json": text }]);
    expect(sbom.packages).toEqual([]);
  });

  it("does not list test data and module markers inside a package", async () => {
    const { sbom } = await scanLayers([
      {
        "app/node_modules/a/package.json": manifest("a", "1.0.0"),
        "app/node_modules/a/dist/esm/package.json": '{"type":"module"}',
        "app/node_modules/a/test/fixtures/package.json": manifest("fixture", "0.0.1"),
      },
    ]);
    expect(named(sbom.packages)).toEqual(["npm a 1.0.0"]);
  });

  it("lists an application and Yarn by their own package.json, and what an application contains not again", async () => {
    const { sbom } = await scanLayers([
      {
        "opt/yarn-v1.22.22/package.json": manifest("yarn", "1.22.22", { license: "BSD-2-Clause" }),
        "opt/yarn-v1.22.22/bin/yarn.js": program("#!/usr/bin/env node"),
        "usr/local/bin/yarn": symlink("/opt/yarn-v1.22.22/bin/yarn.js"),
        "app/package.json": manifest("service", "2.0.0"),
        "app/packages/part/package.json": manifest("part", "2.0.0"),
        "app/node_modules/a/package.json": manifest("a", "1.0.0"),
      },
    ]);
    expect(named(sbom.packages)).toEqual(["npm a 1.0.0", "npm service 2.0.0", "npm yarn 1.22.22"]);
    expect(sbom.unowned.files).toBe(0);
  });

  it("owns the files of its packages and the programs that lead to them, and nothing else", async () => {
    const { sbom } = await scanLayers([
      {
        "usr/local/lib/node_modules/npm/package.json": manifest("npm", "11.6.0"),
        "usr/local/lib/node_modules/npm/bin/npm-cli.js": program("#!/usr/bin/env node"),
        "usr/local/bin/npm": symlink("../lib/node_modules/npm/bin/npm-cli.js"),
        "usr/local/bin/other": symlink("../lib/other"),
        "usr/local/lib/node_modules/stray": "x",
      },
    ]);
    expect(sbom.unowned.paths).toEqual(["usr/local/bin/other", "usr/local/lib/node_modules/stray"]);
  });

  it("lets no package own the folders of the system", async () => {
    const { sbom } = await scanLayers([
      { "package.json": manifest("root", "1.0.0"), "usr/package.json": manifest("usr", "1.0.0"), "usr/bin/x": "x" },
    ]);
    expect(sbom.unowned.paths).toContain("usr/bin/x");
    expect(named(sbom.packages)).toEqual(["npm root 1.0.0", "npm usr 1.0.0"]);
  });

  it("leaves JavaScript that Debian packages ship to those, wherever else it lists what a package brings", async () => {
    const layer: TestLayer = {
      "var/lib/dpkg/status": `${statusStanza({ Package: "node-semver", Version: "7.7.2-1" })}\n${statusStanza({ Package: "nodejs", Version: "24.1.0-1nodesource1" })}`,
      "var/lib/dpkg/info/node-semver.list": "/usr/share/nodejs/semver/package.json\n",
      "var/lib/dpkg/info/nodejs.list": "/usr/lib/node_modules/npm/package.json\n",
      "usr/share/nodejs/semver/package.json": manifest("semver", "7.7.2"),
      "usr/lib/node_modules/npm/package.json": manifest("npm", "11.0.0"),
      "usr/share/nodejs/own/package.json": manifest("own", "1.0.0"),
    };
    expect(named((await scanLayers([layer])).sbom.packages)).toEqual([
      "deb node-semver 7.7.2-1",
      "deb nodejs 24.1.0-1nodesource1",
      "npm npm 11.0.0",
      "npm own 1.0.0",
    ]);
  });

  it("reads packages of a shared store through their hard links", async () => {
    const { sbom } = await scanLayers([
      {
        "root/.store/v3/00/aa": manifest("a", "1.0.0"),
        "app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json": hardLink("root/.store/v3/00/aa"),
        "app/node_modules/a": symlink(".pnpm/a@1.0.0/node_modules/a"),
      },
    ]);
    expect(named(sbom.packages)).toEqual(["npm a 1.0.0"]);
  });
});
