import { describe, expect, it } from "vitest";
import { npmCataloger } from "../../../src/scan/npm/cataloger.ts";
import { makeZip } from "../../archive/zip/make-zip.ts";
import { catalogFiles } from "../harness.ts";

const manifest = (name: string, rest: object = {}) => JSON.stringify({ name, version: "1.0.0", ...rest });
const archive = (name: string, rest: object = {}) =>
  makeZip({ [`node_modules/${name}/package.json`]: manifest(name, rest) });
const place = (packageLocation: string, packageDependencies: readonly unknown[] = []) => ({
  packageLocation,
  packageDependencies,
});

const data = {
  packageRegistryData: [
    [null, [[null, place("./", [["a", "virtual:1#npm:1.0.0"]])]]],
    [
      "a",
      [
        [
          "virtual:1#npm:1.0.0",
          place("./.yarn/__virtual__/a-virtual-1/0/cache/a-npm-1.0.0-0123456789-abcdef0123.zip/node_modules/a/", [
            ["b", "npm:1.0.0"],
            ["c", "patch:c@npm%3A1.0.0"],
            ["native", "npm:1.0.0"],
          ]),
        ],
      ],
    ],
    [
      "b",
      [["npm:1.0.0", place("./.yarn/__virtual__/b-virtual-1/2/shared/b-npm-1.0.0-0123456789-8.zip/node_modules/b/")]],
    ],
    ["c", [["patch:c@npm%3A1.0.0", place("./.yarn/cache/c-patch-0123456789-abcdef0123.zip/node_modules/c/")]]],
    [
      "native",
      [
        [
          "npm:1.0.0",
          place("./.yarn/unplugged/native-npm-1.0.0-0123456789/node_modules/native/", [["b", "npm:1.0.0"]]),
        ],
      ],
    ],
    ["absent", [["npm:1.0.0", place("./.yarn/cache/absent-npm-1.0.0-0123456789-abcdef0123.zip/node_modules/absent/")]]],
  ],
};

const files = {
  "app/.pnp.data.json": JSON.stringify(data),
  "app/package.json": manifest("app"),
  "app/yarn.lock": 'never@1:\n  version "1.0.0"\n',
  "app/.yarn/cache/a-npm-1.0.0-0123456789-abcdef0123.zip": archive("a", { license: "ISC", author: "A" }),
  "app/.yarn/cache/c-patch-0123456789-abcdef0123.zip": archive("c"),
  "app/.yarn/cache/unused-npm-1.0.0-0123456789-abcdef0123.zip": archive("unused"),
  "shared/b-npm-1.0.0-0123456789-8.zip": "no archive",
  "app/.yarn/unplugged/native-npm-1.0.0-0123456789/node_modules/native/package.json": manifest("native"),
};

describe("Plug'n'Play", () => {
  it("finds what is there, in archives by their own package.json, with what each depends on", () => {
    const { packages, owners, warnings } = catalogFiles(npmCataloger, files);
    expect(packages.map(({ name, locations, dependsOn }) => [name, ...locations, ...(dependsOn ?? [])])).toEqual([
      ["app", "app/package.json", "pkg:npm/a@1.0.0"],
      ["native", "app/.yarn/unplugged/native-npm-1.0.0-0123456789/node_modules/native/package.json", "pkg:npm/b@1.0.0"],
      [
        "a",
        "app/.yarn/cache/a-npm-1.0.0-0123456789-abcdef0123.zip",
        "pkg:npm/b@1.0.0",
        "pkg:npm/c@1.0.0",
        "pkg:npm/native@1.0.0",
      ],
      ["b", "shared/b-npm-1.0.0-0123456789-8.zip"],
      ["c", "app/.yarn/cache/c-patch-0123456789-abcdef0123.zip"],
    ]);
    expect(packages.find(({ name }) => name === "a")).toMatchObject({ licenses: ["ISC"], supplier: "A", comments: [] });
    expect(owners.ownerOf("shared/b-npm-1.0.0-0123456789-8.zip")).toBe("pkg:npm/b@1.0.0");
    expect(warnings).toEqual([]);
  });
});
