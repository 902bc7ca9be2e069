import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { has } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { runAction } from "../run.ts";

/** A project below `it's ui` that depends on `a`, which depends on `b`; both stand beside it, in two versions. */
async function project(manifest: object, bumps: unknown): Promise<string> {
  const folder = await temporaryFolder();
  for (const version of ["1.0.0", "2.0.0"]) {
    write(folder, `lib/a-${version}/package.json`, { name: "a", version, dependencies: { b: `file:../b-1.0.0` } });
    write(folder, `lib/b-${version}/package.json`, { name: "b", version });
  }
  mkdirSync(join(folder, "src", "it's ui"), { recursive: true });
  writeFileSync(join(folder, "src", "it's ui", "package.json"), `${JSON.stringify(manifest, null, "\t")}\n`);
  writeFileSync(join(folder, "src", "bumps.json"), JSON.stringify(bumps));
  return folder;
}

function write(folder: string, path: string, content: object): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify(content));
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, "src", "it's ui", name), "utf8");
}

const manifest = {
  name: "app",
  version: "1.0.0",
  dependencies: { a: "file:../../lib/a-1.0.0" },
  overrides: { c: "1" },
};

describe.skipIf(!has("npm"))("npm/bump@v1 (needs npm)", { timeout: 60_000 }, () => {
  const bump = (folder: string, inputs: object = {}) =>
    runAction(folder, "npm/bump@v1", {
      inputs: { bumps: "bumps.json", "npm-root": "it's ui", ...inputs },
      environment: { npm_config_offline: "true", npm_config_update_notifier: "false" },
    });

  it("changes a direct dependency and the lock, installs nothing, and keeps the indentation", async () => {
    const folder = await project(manifest, [{ package: "a", version: "file:../../lib/a-2.0.0" }]);
    expect(bump(folder, { "omit-dev": "true" })).toMatchObject({ code: 0 });
    expect(read(folder, "package.json")).toContain('\n\t"dependencies": {\n\t\t"a": "file:../../lib/a-2.0.0"\n');
    expect(read(folder, "package-lock.json")).toContain("lib/a-2.0.0");
    expect(() => read(folder, "node_modules/.package-lock.json")).toThrow();
  });

  it("overrides what is deeper, everywhere or below a path", async () => {
    const folder = await project(manifest, [
      { package: "b", version: "2.0.0" },
      { package: "d", version: "3.0.0", overridePath: ["c"] },
      { package: "e", version: "4.0.0", overridePath: ["a", "b"] },
      { package: "__proto__", version: "5.0.0" },
    ]);
    expect(bump(folder)).toMatchObject({ code: 0 });
    expect(JSON.parse(read(folder, "package.json")).overrides).toEqual({
      ...{ b: "2.0.0", c: { ".": "1", d: "3.0.0" } },
      a: { b: { e: "4.0.0" } },
    });
  });

  it.each([{ a: "1" }, [{ package: "a" }], "text"])("fails for bumps such as %j", async (bumps) => {
    const folder = await project(manifest, bumps);
    expect(bump(folder)).toMatchObject({ code: 1, output: expect.stringContaining("bumps.json") });
  });
});

describe.skipIf(!has("yarn"))("yarn/bump@v2 (needs yarn)", { timeout: 60_000 }, () => {
  it("changes direct dependencies, resolutions and the lock", async () => {
    const folder = await project(manifest, [
      { package: "a", version: "file:../../lib/a-2.0.0" },
      { package: "b", version: "file:../../lib/b-2.0.0", resolutions: ["a/b"] },
    ]);
    const inputs = { bumps: "bumps.json", "yarn-root": "it's ui" };
    expect(runAction(folder, "yarn/bump@v2", { inputs })).toMatchObject({ code: 0 });
    expect(JSON.parse(read(folder, "package.json"))).toMatchObject({
      dependencies: { a: "file:../../lib/a-2.0.0" },
      resolutions: { "a/b": "file:../../lib/b-2.0.0" },
    });
    expect(read(folder, "yarn.lock")).toContain("a-2.0.0");
  });
});
