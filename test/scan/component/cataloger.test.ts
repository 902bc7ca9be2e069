import { describe, expect, it } from "vitest";
import { program, symlink, type TestLayer } from "../../facts/layers.ts";
import { named, packageNamed, scanLayers, trixie } from "../tree.ts";

const folder = "usr/share/hardpan/component";

function record(content: object): string {
  return JSON.stringify({ schema: "hardpan/component/1", ...content });
}

const nodeRecord = record({
  type: "generic",
  name: "node",
  version: "24.21.0",
  purl: "pkg:generic/node@24.21.0?download_url=https%3A%2F%2Fexample.org",
  licenses: ["MIT"],
  supplier: "Example",
  comments: ["equals official release"],
  owner: null,
  fromBase: null,
  dependsOn: [],
  files: [`${folder}/node.json`, "usr/local/bin/node", "usr/local/bin/nodejs"],
});

describe("componentCataloger", () => {
  it("lists what the builder recorded, so that no file of its image is without an owner", async () => {
    const layer: TestLayer = {
      "usr/lib/os-release": trixie,
      "etc/passwd": "root:x:0:0::/:/\n",
      "usr/local/bin/node": program(new Uint8Array(5 * 2 ** 20)),
      "usr/local/bin/nodejs": symlink("node"),
      [`${folder}/node.json`]: nodeRecord,
      [`${folder}/base.json`]: record({
        type: "hardpan",
        name: "base",
        version: "1",
        purl: "pkg:generic/hardpan-base@1",
        licenses: [],
        supplier: null,
        comments: [],
        files: [`${folder}/base.json`, "etc/passwd", "usr/lib/os-release", "app"],
      }),
      "var/lib/dpkg/status.d/tzdata": "Package: tzdata\nVersion: 2025b-4\nArchitecture: all\n",
      "var/lib/dpkg/status.d/tzdata.md5sums": "",
      "var/lib/dpkg/status.d/tzdata.list": "/usr/share/zoneinfo/UTC\n",
      "usr/share/zoneinfo/UTC": "TZif",
    };
    const { sbom, layers } = await scanLayers([layer]);
    expect(named(sbom.packages)).toEqual(["deb tzdata 2025b-4", "generic node 24.21.0", "hardpan base 1"]);
    expect(packageNamed(sbom, "node")).toEqual({
      type: "generic",
      name: "node",
      version: "24.21.0",
      source: null,
      purl: "pkg:generic/node@24.21.0?download_url=https%3A%2F%2Fexample.org",
      licenses: ["MIT"],
      locations: [`${folder}/node.json`],
      layer: layers[0],
      supplier: "Example",
      architecture: null,
      comments: ["equals official release"],
      owner: null,
      fromBase: null,
      dependsOn: [],
    });
    expect(sbom.unowned).toEqual({ files: 0, bytes: 0, paths: [] });
  });

  it("does not let a record hide what it does not name", async () => {
    const layer: TestLayer = {
      [`${folder}/node.json`]: nodeRecord,
      "usr/local/bin/node": program(),
      "usr/local/bin/extra": program(),
    };
    expect((await scanLayers([layer])).sbom.unowned.paths).toEqual(["usr/local/bin/extra"]);
  });

  it("lists an npm package once that is recorded and found", async () => {
    const layer: TestLayer = {
      [`${folder}/yarn.json`]: record({
        type: "npm",
        name: "yarn",
        version: "1.22.22",
        files: ["opt/yarn/package.json"],
      }),
      "opt/yarn/package.json": '{"name":"yarn","version":"1.22.22"}',
    };
    const { sbom } = await scanLayers([layer]);
    expect(named(sbom.packages)).toEqual(["npm yarn 1.22.22"]);
    expect(packageNamed(sbom, "yarn")).toMatchObject({ purl: "pkg:npm/yarn@1.22.22", licenses: [], supplier: null });
  });

  it.each([
    ["is not JSON", "{"],
    ["is not an object", "[]"],
    ["has another schema", JSON.stringify({ schema: "hardpan/component/2" })],
    ["has an unknown type", record({ type: "deb", name: "a", version: "1" })],
    ["has no name", record({ type: "generic", version: "1" })],
    ["has files that are no paths", record({ type: "generic", name: "a", version: "1", files: [1] })],
  ])("refuses a record that %s, naming it", async (_, text) => {
    await expect(scanLayers([{ [`${folder}/bad.json`]: text }])).rejects.toMatchObject({
      code: "SCAN_RECORD_INVALID",
      message: expect.stringContaining(`${folder}/bad.json`),
    });
  });
});
