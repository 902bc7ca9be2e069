import { describe, expect, it } from "vitest";
import { parseInstalled } from "../../../src/scan/php/composer.ts";

const monolog = {
  name: "Monolog/monolog",
  version: "2.9.1",
  version_normalized: "2.9.1.0",
  source: { type: "git", reference: "f259e2b15fb95494c83f52d3caad003bbf5ffaa1" },
  require: { php: ">=7.2", "ext-json": "*", "Psr/log": "^1" },
  provide: { "psr/log-implementation": "1.0" },
  license: ["MIT"],
  authors: [{ name: "Jordi", email: "j@example.net" }, { name: "x" }],
  bin: ["bin/tool", "other"],
  "install-path": "../monolog/monolog",
};

const read = {
  name: "Monolog/monolog",
  version: "2.9.1",
  licenses: ["MIT"],
  supplier: "Jordi <j@example.net>",
  requires: ["psr/log"],
  provides: ["psr/log-implementation"],
  installPath: "../monolog/monolog",
  programs: ["tool", "other"],
  isDevelopment: false,
  commit: "f259e2b15fb95494c83f52d3caad003bbf5ffaa1",
};

describe("installed.json", () => {
  it("of Composer 2 lists packages and which are for development", () => {
    const json = { packages: [monolog, { name: "a/b", version: "dev-main" }], dev: true, "dev-package-names": ["a/b"] };
    const [first, second] = parseInstalled(JSON.stringify(json));
    expect(first).toEqual(read);
    expect(second).toEqual({
      name: "a/b",
      version: "dev-main",
      licenses: [],
      supplier: null,
      requires: [],
      provides: [],
      installPath: null,
      programs: [],
      isDevelopment: true,
      commit: null,
    });
  });

  it("of Composer 1 is the list itself, each package in the folder of its name", () => {
    const { "install-path": _, ...old } = monolog;
    const list = parseInstalled(JSON.stringify([old, { name: "a/meta", version: "1", type: "metapackage" }]));
    expect(list[0]).toEqual({ ...read, installPath: "../Monolog/monolog" });
    expect(list[1]?.installPath).toBeNull();
  });

  it.each([
    ["one", "MIT", ["MIT"]],
    ["several to choose from", ["LGPL-2.1-only", "GPL-3.0-or-later"], ["LGPL-2.1-only OR GPL-3.0-or-later"]],
    ["expressions to choose from", ["(MIT AND 0BSD)", "ISC"], ["((MIT AND 0BSD)) OR ISC"]],
    ["names SPDX does not have", ["proprietary", "MIT"], ["proprietary", "MIT"]],
    ["none", null, []],
  ])("has of licences %s", (_, license, licenses) => {
    expect(parseInstalled(JSON.stringify([{ name: "a/b", version: "1", license }]))[0]?.licenses).toEqual(licenses);
  });

  it.each([
    ["it is not JSON", "{"],
    ["it has no list of packages", "{}"],
    ["it has no list of packages", "3"],
    ["an item of it is no package", "[1]"],
    ["an item of it names no package", '[{"version":"1"}]'],
    ["an item of it names no package", '[{"name":"../../x/y","version":"1"}]'],
    ["it gives no version of a/b", '[{"name":"a/b"}]'],
    ["it lists more than 50000 packages", `[${"1,".repeat(50_000)}1]`],
  ])("is refused: %s", (message, text) => {
    expect(() => parseInstalled(text)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID", message }));
  });
});
