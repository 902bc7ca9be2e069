import { describe, expect, it } from "vitest";
import { parsePackageLock } from "../../src/scan/npm/lock/package-lock.ts";
import { parsePnpmLock } from "../../src/scan/npm/lock/pnpm-lock.ts";
import { parseYarnLock } from "../../src/scan/npm/lock/yarn-lock.ts";
import { parsePlugAndPlay } from "../../src/scan/npm/plug-and-play.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const packageLock = JSON.stringify(
  {
    lockfileVersion: 2,
    packages: {
      "": { dependencies: { a: "1" } },
      "node_modules/a": { version: "1.0.0", license: "MIT", dependencies: { "@s/b": "2" }, dev: true },
      "node_modules/a/node_modules/@s/b": { version: "2.0.0", link: false, name: "@s/real", cpu: ["x64"] },
    },
    dependencies: { a: { version: "1.0.0", requires: { b: "2" }, dependencies: { b: { version: "npm:c@2.0.0" } } } },
  },
  null,
  1,
);
const pnpmLock = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a: {specifier: '1', version: 1.0.0(b@2.0.0)}
packages:
  '@s/a@1.0.0':
    resolution: {integrity: sha512-x}
    deprecated: |-
      no
snapshots:
  '@s/a@1.0.0(b@2.0.0)':
    dependencies:
      b: 2.0.0
  /b/2.0.0_c@1.0.0: {}
`;
const yarnClassic = `"@s/a@^1.0.0", b@2:
  version "1.0.0"
  dependencies:
    c "npm:d@1"
`;
const yarnBerry = `__metadata:
  version: 8
"@s/a@npm:^1.0.0, a@npm:1":
  version: 1.0.0
  resolution: "@s/a@npm:1.0.0"
  dependencies:
    b: "npm:2"
`;
const plugAndPlay = `const RAW_RUNTIME_STATE =
'{\\
  "packageRegistryData": [\\
    [null, [[null, {"packageLocation": "./", "packageDependencies": [["a", "npm:1.0.0"]]}]]],\\
    ["a", [["npm:1.0.0", {"packageLocation": "./a\\'s.zip/node_modules/a/", "packageDependencies": [["b", ["c", "npm:1"]]]}]]]\\
  ]\\
}';`;

describe("lock files under mutation", () => {
  it.each([
    ["package-lock.json", packageLock, parsePackageLock],
    ["package-lock.json of version 1", packageLock.replace('"packages"', '"other"'), parsePackageLock],
    ["pnpm-lock.yaml", pnpmLock, parsePnpmLock],
    ["yarn.lock of Yarn 1", yarnClassic, parseYarnLock],
    ["yarn.lock of Yarn 2 and later", yarnBerry, parseYarnLock],
    [".pnp.cjs", plugAndPlay, parsePlugAndPlay],
  ])("%s is read or refused with a coded error, and what is read leads nowhere else", async (_, text, parse) => {
    const random = seeded(31);
    let read = 0;
    expect(parse(text)?.packages.length).toBeGreaterThan(0);
    for (let round = 0; round < fuzzRounds(400); round++) {
      const changed = new TextDecoder().decode(mutate(Buffer.from(text), random));
      const start = performance.now();
      const isRead = await readsOrRefuses(() => {
        const { packages = [], roots = [] } = parse(changed) ?? {};
        const places = [...roots, ...packages.flatMap(({ dependencies }) => dependencies)];
        expect(places.every((place) => packages[place] !== undefined)).toBe(true);
      });
      if (isRead) read++;
      expect(performance.now() - start).toBeLessThan(5000);
    }
    expect(read).toBeGreaterThan(10);
  });
});
