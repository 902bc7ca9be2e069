import { describe, expect, it } from "vitest";
import { parsePackageLock } from "../../../../src/scan/npm/lock/package-lock.ts";
import { linesOf } from "./lines.ts";

describe("parsePackageLock", () => {
  it("reads the places of versions 2 and 3, as Node resolves between them", () => {
    const packages = {
      "": { name: "app", version: "1.0.0", dependencies: { a: "1", part: "1" }, devDependencies: { d: "1" } },
      "node_modules/a": { version: "1.0.0", license: "MIT", dependencies: { b: "2", "@s/c": "1" } },
      "node_modules/a/node_modules/b": { version: "2.0.0", optionalDependencies: { "@s/c": "1" } },
      "node_modules/b": { version: "1.0.0", dev: true, peerDependencies: { absent: "1" } },
      "node_modules/@s/c": { version: "1.0.0", cpu: ["x64"], peerDependencies: { b: "1" } },
      "node_modules/old": { name: "real", version: "3.0.0", resolved: "git+ssh://git@example.org/real.git#abc" },
      "node_modules/d": { version: "1.0.0", dev: true, dependencies: { b: "1" } },
      "node_modules/part": { resolved: "packages/part", link: true },
      "packages/part": { name: "part", version: "1.0.0", dependencies: { old: "3" } },
    };
    const lock = parsePackageLock(JSON.stringify({ lockfileVersion: 3, packages }));
    expect(linesOf(lock)).toEqual([
      "a@1.0.0 → b@2.0.0 @s/c@1.0.0",
      "b@2.0.0 → @s/c@1.0.0",
      "dev b@1.0.0",
      "@s/c@1.0.0 → b@1.0.0",
      "real@3.0.0",
      "dev d@1.0.0 → b@1.0.0",
    ]);
    expect(lock.roots.map((place) => lock.packages[place]?.name)).toEqual(["a", "real", "d"]);
    expect(lock.packages[0]?.licenses).toEqual(["MIT"]);
    expect(lock.packages[3]?.cpu).toBe("x64");
  });

  it("reads the nested packages of version 1, aliases by their real name", () => {
    const dependencies = {
      a: {
        version: "1.0.0",
        requires: { b: "2", c: "1" },
        dependencies: { b: { version: "2.0.0", requires: { c: "1" } } },
      },
      b: { version: "1.0.0", dev: true },
      c: { version: "npm:@s/real@1.2.3", requires: { b: "1" } },
      git: {
        version: "git+https://example.org/x.git#abc",
        requires: { b: "1" },
        dependencies: { e: { version: "5.0.0" } },
      },
    };
    expect(linesOf(parsePackageLock(JSON.stringify({ lockfileVersion: 1, dependencies }))).toSorted()).toEqual([
      "@s/real@1.2.3 → b@1.0.0",
      "a@1.0.0 → @s/real@1.2.3 b@2.0.0",
      "b@2.0.0 → @s/real@1.2.3",
      "dev b@1.0.0",
      "e@5.0.0",
    ]);
  });

  it("knows a lock of nothing", () => {
    expect(parsePackageLock('{"lockfileVersion":3}')).toEqual({ kind: "lock", packages: [], roots: [] });
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["packages in a list", '{"packages":[]}'],
    ["dependencies that are none", '{"dependencies":5}'],
    [
      "more packages than any",
      JSON.stringify({
        packages: Object.fromEntries(
          Array.from({ length: 50_001 }, (_, at) => [`node_modules/p${at}`, { version: "1.0.0" }]),
        ),
      }),
    ],
    [
      "packages nested too deep",
      `{"dependencies":${'{"a":{"version":"1.0.0","dependencies":'.repeat(200)}{}${"}}".repeat(200)}}`,
    ],
  ])("refuses %s", (_, text) => {
    expect(() => parsePackageLock(text)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });

  it("is not slowed by folders of many parts", () => {
    const deep = Array.from({ length: 100 }, (_, at) => `node_modules/p${at}`).join("/");
    const names = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`q${at}`, "1"]));
    const packages = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`${deep}/node_modules/r${at}`, { version: "1.0.0", dependencies: names }]),
    );
    const start = performance.now();
    expect(parsePackageLock(JSON.stringify({ packages })).packages).toHaveLength(20);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
