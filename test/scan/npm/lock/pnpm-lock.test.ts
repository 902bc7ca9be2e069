import { describe, expect, it } from "vitest";
import { parsePnpmLock } from "../../../../src/scan/npm/lock/pnpm-lock.ts";
import { linesOf } from "./lines.ts";

const expected = [
  "@s/a@1.0.0 → b@2.0.0 peer@3.0.0",
  "b@2.0.0",
  "dev d@1.0.0-rc.1 → b@2.0.0",
  "peer@3.0.0",
  "git@4.0.0",
];

const version5 = `lockfileVersion: 5.4
specifiers:
  '@s/a': '1'
dependencies:
  '@s/a': 1.0.0_peer@3.0.0
  alias: /b/2.0.0
  git: github.com/example/git/abc
devDependencies:
  d: 1.0.0-rc.1
packages:
  /@s/a/1.0.0_peer@3.0.0:
    resolution: {integrity: sha512-x}
    dependencies:
      b: 2.0.0
      peer: 3.0.0
  /b/2.0.0:
    resolution: {integrity: sha512-x}
  /d/1.0.0-rc.1:
    dev: true
    optionalDependencies:
      b: 2.0.0
  /peer/3.0.0:
    resolution: {integrity: sha512-x}
  github.com/example/git/abc:
    name: git
    version: 4.0.0
`;

const version6 = `lockfileVersion: '6.0'
settings:
  autoInstallPeers: true
importers:
  .:
    dependencies:
      '@s/a':
        specifier: '1'
        version: 1.0.0(peer@3.0.0)
      part:
        specifier: workspace:*
        version: link:packages/part
  packages/part:
    dependencies:
      alias:
        specifier: npm:b@2
        version: /b@2.0.0
      git:
        specifier: github:example/git
        version: github.com/example/git/abc
    devDependencies:
      d:
        specifier: '1'
        version: 1.0.0-rc.1
packages:
  /@s/a@1.0.0(peer@3.0.0):
    resolution: {integrity: sha512-x}
    dependencies:
      b: 2.0.0
      peer: 3.0.0
  /b@2.0.0:
    resolution: {integrity: sha512-x}
  /d@1.0.0-rc.1:
    dependencies:
      alias: /b@2.0.0
  /peer@3.0.0:
    resolution: {integrity: sha512-x}
  github.com/example/git/abc:
    name: git
    version: 4.0.0
`;

const version9 = `---
lockfileVersion: '9.0'
importers:
  .:
    packageManagerDependencies:
      pnpm:
        specifier: 11.0.0
        version: 11.0.0
packages:
  pnpm@11.0.0: {}
snapshots:
  pnpm@11.0.0: {}
---
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      '@s/a':
        specifier: '1'
        version: 1.0.0(peer@3.0.0)
      alias:
        specifier: npm:b@2
        version: b@2.0.0
      git:
        specifier: github:example/git
        version: https://example.org/git/tar.gz/abc
    devDependencies:
      d:
        specifier: '1'
        version: 1.0.0-rc.1
packages:
  '@s/a@1.0.0':
    resolution: {integrity: sha512-x}
    peerDependencies:
      peer: '3'
  b@2.0.0:
    resolution: {integrity: sha512-x}
    deprecated: |-
      no longer: kept
    cpu: [arm64]
  d@1.0.0-rc.1:
    resolution: {integrity: sha512-x}
  peer@3.0.0:
    resolution: {integrity: sha512-x}
  git@https://example.org/git/tar.gz/abc:
    resolution: {tarball: https://example.org/git/tar.gz/abc}
    version: 4.0.0
snapshots:
  '@s/a@1.0.0(peer@3.0.0)':
    dependencies:
      b: 2.0.0
      peer: 3.0.0
  b@2.0.0: {}
  d@1.0.0-rc.1:
    dependencies:
      alias: b@2.0.0
  peer@3.0.0: {}
  git@https://example.org/git/tar.gz/abc: {}
`;

describe("parsePnpmLock", () => {
  it.each([
    ["5", version5],
    ["6", version6],
    ["9, behind a document about pnpm itself", version9],
  ])("reads version %s", (_, text) => {
    const lock = parsePnpmLock(text);
    expect(linesOf(lock)).toEqual(expected);
    expect(lock.roots.map((place) => lock.packages[place]?.name)).toEqual(["@s/a", "b", "d", "git"]);
  });

  it("knows the processor a package is for", () => {
    expect(parsePnpmLock(version9).packages.map(({ cpu }) => cpu)).toEqual([null, "arm64", null, null, null]);
  });

  it.each([
    ["nothing", ""],
    ["a list", "- a"],
    ["no YAML", "lockfileVersion: 9\nno key\n"],
    ["an alias", "lockfileVersion: 9\npackages: &a {}\nsnapshots: *a"],
    ["brackets without end", `lockfileVersion: 9\npackages: ${"[".repeat(100_000)}`],
    ["deep nesting", `lockfileVersion: 9\n${Array.from({ length: 100 }, (_, at) => `${" ".repeat(at)}a:\n`).join("")}`],
  ])("refuses %s", (_, text) => {
    expect(() => parsePnpmLock(text)).toThrow(expect.objectContaining({ code: "SCAN_FILE_INVALID" }));
  });

  it("reads a lock file of several megabytes in seconds", () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `package-${at}@1.0.${at}`);
    const entries = names.map(
      (name) => `  ${name}:\n    resolution: {integrity: sha512-${"x".repeat(86)}==}\n    engines: {node: '>=20'}\n`,
    );
    const text = `lockfileVersion: '9.0'\npackages:\n${entries.join("")}`;
    const start = performance.now();
    expect(parsePnpmLock(text).packages).toHaveLength(20_000);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
