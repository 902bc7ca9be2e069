import { describe, expect, it } from "vitest";
import { npmCataloger } from "../../../src/scan/npm/cataloger.ts";
import { catalogFiles, type HarnessFile } from "../harness.ts";

const manifest = (name: string, rest: object = {}) => JSON.stringify({ name, version: "1.0.0", ...rest });
const lock = JSON.stringify({
  packages: {
    "": { dependencies: { a: "1" } },
    "node_modules/a": { version: "1.0.0", license: "MIT", dependencies: { b: "1" } },
    "node_modules/b": { version: "1.0.0" },
    "node_modules/d": { version: "1.0.0", dev: true },
  },
});

function list(files: Readonly<Record<string, HarnessFile>>, owned: Readonly<Record<string, string>> = {}) {
  return catalogFiles(npmCataloger, files, { owned }).packages.map(
    ({ name, locations, comments }) =>
      `${name} in ${locations.join(", ")}${comments.length > 0 ? `: ${comments.join("; ")}` : ""}`,
  );
}

describe("lock files", () => {
  it("name packages where nothing is installed, and say so", () => {
    const { packages } = catalogFiles(npmCataloger, {
      "app/package-lock.json": lock,
      "app/package.json": manifest("app"),
    });
    expect(packages).toEqual([
      expect.objectContaining({ name: "app", comments: [], dependsOn: ["pkg:npm/a@1.0.0"] }),
      {
        type: "npm",
        name: "a",
        version: "1.0.0",
        source: null,
        purl: "pkg:npm/a@1.0.0",
        licenses: ["MIT"],
        locations: ["app/package-lock.json"],
        evidence: "app/package-lock.json",
        supplier: null,
        architecture: null,
        comments: ["named by package-lock.json, not installed"],
        dependsOn: ["pkg:npm/b@1.0.0"],
      },
      expect.objectContaining({ name: "b", comments: ["named by package-lock.json, not installed"] }),
      expect.objectContaining({
        name: "d",
        comments: ["named by package-lock.json, not installed", "for development only"],
      }),
    ]);
  });

  it("add nothing beside installed packages", () => {
    const files = { "app/package-lock.json": lock, "app/node_modules/a/package.json": manifest("a") };
    expect(list(files)).toEqual(["a in app/node_modules/a/package.json"]);
  });

  it("add nothing to what is installed elsewhere, but what is not", () => {
    const files = { "app/npm-shrinkwrap.json": lock, "other/node_modules/a/package.json": manifest("a") };
    expect(list(files)).toEqual([
      "a in other/node_modules/a/package.json",
      "b in app/npm-shrinkwrap.json: named by npm-shrinkwrap.json, not installed",
      "d in app/npm-shrinkwrap.json: named by npm-shrinkwrap.json, not installed; for development only",
    ]);
  });

  it("add nothing that another package brought, or that lies in node_modules", () => {
    const files = {
      "usr/lib/python3/dist-packages/lab/staging/package-lock.json": lock,
      "app/node_modules/a/package-lock.json": lock,
      "app/node_modules/.package-lock.json": lock,
    };
    expect(list(files, { "usr/lib/python3/dist-packages/lab/staging/package-lock.json": "pkg:pypi/lab@1" })).toEqual(
      [],
    );
  });

  it("name a package once that several of them name", () => {
    expect(list({ "a/package-lock.json": lock, "b/package-lock.json": lock })[0]).toBe(
      "a in a/package-lock.json, b/package-lock.json: named by package-lock.json, not installed",
    );
  });

  it("of Yarn leave it to the package.json files of the workspace what is for development", () => {
    const yarn =
      'a@1:\n  version "1.0.0"\n\nd@2:\n  version "2.0.0"\n  dependencies:\n    e "3"\n\n"e@3":\n  version "3.0.0"\n';
    const files = {
      "app/yarn.lock": yarn,
      "app/package.json": manifest("app", { dependencies: { a: "1" } }),
      "app/packages/part/package.json": manifest("part", { devDependencies: { d: "2" } }),
    };
    expect(list(files)).toEqual([
      "app in app/package.json",
      "a in app/yarn.lock: named by yarn.lock, not installed",
      "d in app/yarn.lock: named by yarn.lock, not installed; for development only",
      "e in app/yarn.lock: named by yarn.lock, not installed; for development only",
    ]);
  });

  it("that cannot be read are told of", () => {
    const { packages, warnings } = catalogFiles(npmCataloger, { "app/package-lock.json": "{", "app/yarn.lock": "x" });
    expect(packages).toEqual([]);
    expect(warnings).toEqual([
      { path: "app/package-lock.json", reason: "it is not JSON" },
      { path: "app/yarn.lock", reason: "its line 1 belongs to no package" },
    ]);
  });
});
