import { describe, expect, it } from "vitest";
import { parsePlugAndPlay } from "../../../src/scan/npm/plug-and-play.ts";

const data = {
  packageRegistryData: [
    [
      null,
      [
        [
          null,
          {
            packageLocation: "./",
            packageDependencies: [
              ["a", "npm:1.0.0"],
              ["old", ["@s/b", "npm:2.0.0"]],
            ],
          },
        ],
      ],
    ],
    ["app", [["workspace:.", { packageLocation: "./", packageDependencies: [["a", "npm:1.0.0"]] }]]],
    [
      "a",
      [
        [
          "npm:1.0.0",
          { packageLocation: "./.yarn/cache/a.zip/node_modules/a/", packageDependencies: [["a", "npm:1.0.0"]] },
        ],
        [
          "virtual:abc#npm:1.0.0",
          {
            packageLocation: "./v/",
            packageDependencies: [
              ["@s/b", "npm:2.0.0"],
              ["peer", null],
            ],
          },
        ],
      ],
    ],
    ["@s/b", [["npm:2.0.0", { packageLocation: "./b/", packageDependencies: [] }]]],
    ["c", [["patch:c@npm%3A1.0.0#./it's.patch", { packageLocation: "./c/", packageDependencies: "none" }]]],
    ["no name at all", [["npm:1.0.0", { packageLocation: "./d/" }]]],
    [
      "d",
      [
        ["npm:1.0.0", { packageLocation: 5 }],
        ["npm:2.0.0", null],
      ],
    ],
  ],
};
const lines = JSON.stringify(data, null, 1).replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\\n");
const script = `#!/usr/bin/env node\n"use strict";\nconst RAW_RUNTIME_STATE =\n'${lines}';\nfunction main() {}\n`;

describe("parsePlugAndPlay", () => {
  it.each([
    ["the script", script],
    [
      "the script of Yarn 3",
      `function setup(hydrateRuntimeState) {\n  return hydrateRuntimeState(JSON.parse('${lines.replace(/\}$/, "  }")}'), {});\n}\n`,
    ],
    ["the data beside it", JSON.stringify(data)],
  ])("reads %s", (_, text) => {
    expect(parsePlugAndPlay(text)).toEqual({
      kind: "placed",
      packages: [
        { name: "a", version: "1.0.0", location: "./.yarn/cache/a.zip/node_modules/a/", dependencies: [0] },
        { name: "a", version: "1.0.0", location: "./v/", dependencies: [2] },
        { name: "@s/b", version: "2.0.0", location: "./b/", dependencies: [] },
        { name: "c", version: null, location: "./c/", dependencies: [] },
      ],
      roots: [0, 2],
    });
  });

  it("passes over a script without the data", () => {
    expect(parsePlugAndPlay("module.exports = {};\n")).toBeNull();
  });

  it.each([
    ["without an end", script.slice(0, 400)],
    ["that is not JSON", script.replace("packageRegistryData", 'x" "')],
    ["that names no packages", "{}"],
  ])("refuses data %s", (_, text) => {
    expect(() => parsePlugAndPlay(text)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });
});
