import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeArchive } from "../../src/content/archive-write.ts";
import { copy } from "../../src/content/copy.ts";
import { hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { tinyStore } from "../support/tiny-image.ts";

const sha512 = `sha512-${"a".repeat(86)}==`;
const npmLock = (name: string) =>
  JSON.stringify({
    name: "project",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": { name: "project", version: "1.0.0" }, [`node_modules/${name}`]: { version: "1.0.0" } },
  });
const gemLock = (name: string) =>
  `GEM\n  remote: https://example.org/\n  specs:\n    ${name} (1.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  ${name}\n`;

/** Lock files of every kind, each with the line of the list that comes of it. */
const locks: Readonly<Record<string, readonly [line: string, content: string]>> = {
  "package-lock.json": ["by-npm 1.0.0 npm", npmLock("by-npm")],
  "npm-shrinkwrap.json": ["by-shrinkwrap 1.0.0 npm", npmLock("by-shrinkwrap")],
  "yarn.lock": ["by-yarn 1.0.0 npm", '# yarn lockfile v1\n\n\nby-yarn@^1.0.0:\n  version "1.0.0"\n'],
  "berry/yarn.lock": [
    "by-berry 1.0.0 npm",
    '__metadata:\n  version: 8\n\n"by-berry@npm:1":\n  version: 1.0.0\n  resolution: "by-berry@npm:1.0.0"\n  languageName: node\n  linkType: hard\n',
  ],
  "pnpm-lock.yaml": [
    "by-pnpm 1.0.0 npm",
    `lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      by-pnpm:\n        specifier: '1'\n        version: 1.0.0\npackages:\n  by-pnpm@1.0.0:\n    resolution: {integrity: ${sha512}}\nsnapshots:\n  by-pnpm@1.0.0: {}\n`,
  ],
  "requirements.txt": ["by-pip 1.0.0 pypi", "by-pip==1.0.0\nnot-pinned>=2\n"],
  "dev-requirements.txt": ["by-pip-dev 1.0.0 pypi", "by-pip-dev==1.0.0\n"],
  "Pipfile.lock": ["by-pipenv 1.0.0 pypi", '{"default":{"by-pipenv":{"version":"==1.0.0"}}}'],
  "poetry.lock": ["by-poetry 1.0.0 pypi", '[[package]]\nname = "by-poetry"\nversion = "1.0.0"\n'],
  "uv.lock": [
    "by-uv 1.0.0 pypi",
    'version = 1\n\n[[package]]\nname = "by-uv"\nversion = "1.0.0"\nsource = { registry = "https://example.org/simple" }\n',
  ],
  "Gemfile.lock": ["by-bundler 1.0.0 gem", gemLock("by-bundler")],
  "gems.locked": ["by-gems 1.0.0 gem", gemLock("by-gems")],
  "composer.lock": [
    "by/composer 1.0.0 composer",
    '{"packages":[{"name":"by/composer","version":"1.0.0"}],"packages-dev":[]}',
  ],
};

const project = { "package.json": JSON.stringify({ name: "project", version: "1.0.0" }) };
const ofProject = "project 1.0.0 npm";
const contents = Object.fromEntries(Object.entries(locks).map(([path, [, content]]) => [path, content]));

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

async function listOf(reference: string): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await hardpan(["sbom", reference], { cache: await temporaryFolder() });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining("warning") });
  const [, ...rows] = stdout.trim().split("\n");
  return rows.map((row) => row.replaceAll(/ +/g, " ").trim()).sort();
}

describe("lock files of every kind in one folder", () => {
  it("are listed with what each names, as not installed", async () => {
    const folder = await folderOf({ ...project, ...contents });
    expect(await listOf(`fs://${folder}`)).toEqual([...Object.values(locks).map(([line]) => line), ofProject].sort());
    const { packages, unowned } = await hardpanJson(["sbom", `fs://${folder}`], { cache: await temporaryFolder() });
    for (const [path, [line]] of Object.entries(locks)) {
      const found = packages.find(({ name }: Json) => name === line.split(" ")[0]);
      expect(found, path).toMatchObject({ locations: [path], owner: null });
      expect(found.comments.join(), path).toContain("not installed");
    }
    expect(unowned.files).toBeGreaterThanOrEqual(Object.keys(locks).length);
  });

  it.each(Object.entries(locks))("are listed one by one: %s", async (path, [line, content]) => {
    const folder = await folderOf({ [path]: content });
    expect(await listOf(`fs://${join(folder, path)}`)).toEqual([line]);
  });

  it("name nothing in an image, where they tell of another place", async () => {
    const folder = await temporaryFolder();
    const { store } = await tinyStore({ layers: [{ ...project, ...contents }] });
    await writeArchive(join(folder, "image.tar"), async (target) => {
      await copy(store, target, { reference: "latest", targetReferences: ["project:1"] });
    });
    expect(await listOf(`archive://${join(folder, "image.tar")}`)).toEqual([ofProject]);
  });
});
