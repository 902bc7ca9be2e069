import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sbom } from "../../../src/sbom/model.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import type { Json } from "../../support/cli.ts";
import { aptAnswers, scanFolders, scanPlace, unpackDebs } from "../../support/real-root.ts";
import { long, newFolder, removeFolder, thorough, titled } from "../shared.ts";
import { linkModules, listedByNpm, npm, registryAnswers, runInstaller, writeProject, yarn } from "./npm-projects.ts";

const missing = registryAnswers() ? null : "the npm registry cannot be reached";
const noApt = aptAnswers() ? null : "apt cannot download packages";
const list = ["ls", "--all", "--json", "--long"];
/** For other systems alone, so that installers leave it out and lock files name it. */
const foreign = "fsevents@2.3.3";

describe.skipIf(missing !== null)(titled("npm packages of real projects", missing), () => {
  let root = "";
  beforeAll(async () => {
    root = await newFolder();
  });
  afterAll(async () => await removeFolder(root));

  it(
    "are those of npm ls, with what each depends on",
    async () => {
      const folder = join(root, "npm");
      const app = await writeProject(folder);
      npm(app, "install");
      npm(app, "install", "npm@10.9.2");
      const listed = listedByNpm(npm(app, ...list));
      expect(listed.size).toBeGreaterThan(400);
      const sbom = await scanFolders([folder]);
      expect(dependencies(sbom)).toEqual(sorted(listed));
      expect(sbom.packages.filter(({ licenses }) => licenses.length === 0)).toEqual([]);
      expect(sbom.warnings).toEqual([]);
      expect(sbom.unowned.paths).toEqual([]);
      expectValidDocuments(sbom);
    },
    long,
  );

  it.each(thorough ? ["1", "2", "3"] : ["3"])(
    "are those of npm's lock file of version %s where nothing is installed",
    async (version) => {
      const folder = join(root, `lock-${version}`);
      const app = await writeProject(folder);
      npm(app, "install", "--package-lock-only", "--lockfile-version", version);
      const listed = listedByNpm(npm(app, ...list, "--package-lock-only"));
      const needed = listedByNpm(npm(app, ...list, "--package-lock-only", "--omit=dev"));
      const sbom = await scanPlace(folder);
      expect(dependencies(sbom)).toEqual(sorted(listed));
      const inUse = sbom.packages.filter(({ comments }) => !comments.includes("for development only"));
      expect(inUse.map(idOf).sort()).toEqual([...needed.keys()].sort());
      const [own, ...others] = sbom.packages.toSorted((a, b) => a.comments.length - b.comments.length);
      expect(own?.name).toBe("example");
      for (const { comments } of others) expect(comments[0]).toBe("named by package-lock.json, not installed");
      expectValidDocuments(sbom);
    },
    long,
  );

  it(
    "are those of Yarn 1, installed or only locked",
    async () => {
      const folder = join(root, "yarn");
      const app = await writeProject(folder);
      yarn(app, "install", "--ignore-scripts", "--non-interactive", "--cache-folder", join(root, "yarn-cache"));
      const listed = listedByNpm(npm(app, ...list));
      const sbom = await scanFolders([folder]);
      expect(dependencies(sbom)).toEqual(sorted(listed));
      await rm(join(app, "node_modules"), { recursive: true });
      const locked = await scanPlace(folder);
      expect(locked.packages.map(idOf).sort()).toEqual([...listed.keys(), foreign].sort());
      expectValidDocuments(sbom);
      expectValidDocuments(locked);
    },
    long,
  );

  it(
    "are those of pnpm, through its links and the hard links of its store",
    async () => {
      const folder = join(root, "pnpm");
      const app = await writeProject(folder);
      await runInstaller("pnpm9", app, "install", "--ignore-scripts", "--store-dir", join(folder, "store"));
      const [tree] = JSON.parse(await runInstaller("pnpm9", app, "ls", "--json", "--depth", "Infinity"));
      const listed = new Set(["example@1.0.0", ...listedByPnpm(tree)]);
      const sbom = await scanFolders([folder]);
      expect([...sbom.packages.map(idOf), foreign].sort()).toEqual([...listed].sort());
      expect(sbom.packages.find(({ name }) => name === "react-dom")?.dependsOn).toEqual([
        "pkg:npm/loose-envify@1.4.0",
        "pkg:npm/react@18.3.1",
        "pkg:npm/scheduler@0.23.2",
      ]);
      expectValidDocuments(sbom);
    },
    long,
  );

  it.each(thorough ? (["pnpm5", "pnpm6", "pnpm9"] as const) : (["pnpm9"] as const))(
    "are those of the lock file of %s",
    async (installer) => {
      const folder = join(root, `${installer}-lock`);
      const app = await writeProject(folder);
      await runInstaller(installer, app, "install", "--lockfile-only", "--store-dir", join(root, "store"));
      const sbom = await scanPlace(folder);
      npm(app, "install", "--package-lock-only");
      const listed = listedByNpm(npm(app, ...list, "--package-lock-only"));
      expect(sbom.packages.map(idOf).sort()).toEqual([...listed.keys()].sort());
      expect(sbom.packages.filter(({ comments }) => comments.includes("for development only")).length).toBeGreaterThan(
        120,
      );
      expectValidDocuments(sbom);
    },
    long,
  );

  it(
    "are those of Yarn 4's Plug'n'Play, in archives or only locked",
    async () => {
      const folder = join(root, "berry");
      const settings = "enableTelemetry: false\nenableGlobalCache: false\nenableScripts: false\n";
      const app = await writeProject(folder, { ".yarnrc.yml": settings, "yarn.lock": "" });
      await runInstaller("berry", app, "install", "--no-immutable");
      const printed = await runInstaller("berry", app, "info", "--all", "--recursive", "--json");
      const listed = listedByYarn(
        printed
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
      const sbom = await scanFolders([folder]);
      expect([...sbom.packages.map(idOf), foreign].sort()).toEqual([...listed.keys()].sort());
      // What Yarn prints leaves out peers.
      const found = dependencies(sbom);
      const lost = [...listed].flatMap(([id, all]) => [...all].filter((other) => !found[id]?.includes(other)));
      expect(new Set(lost)).toEqual(new Set([foreign, ...(listed.get(foreign) ?? [])]));
      expect(found["react-dom@18.3.1"]).toContain("react@18.3.1");
      expect(sbom.packages.filter(({ licenses }) => licenses.length === 0)).toEqual([]);
      expect(sbom.unowned.paths).toEqual([]);
      await rm(join(app, ".pnp.cjs"));
      await rm(join(app, ".yarn"), { recursive: true });
      const locked = await scanPlace(folder);
      expect(dependencies(locked)).toEqual(sorted(listed));
      expectValidDocuments(sbom);
      expectValidDocuments(locked);
    },
    long,
  );

  it.skipIf(noApt !== null)(
    titled("of Debian's are those npm finds in Debian's folder, with their owners", noApt),
    async () => {
      const folder = join(root, "debian");
      await unpackDebs(folder, [
        "node-express",
        "node-semver",
        "node-typescript",
        "node-undici",
        "node-acorn",
        "eslint",
      ]);
      const prefix = await linkModules(join(root, "prefix"), join(folder, "usr/share/nodejs"));
      const { dependencies: found } = JSON.parse(
        npm(root, "ls", "--global", "--prefix", prefix, "--depth=0", "--json"),
      );
      const listed = Object.entries<Json>(found).flatMap(([name, { version }]) =>
        version ? `${name}@${version}` : [],
      );
      const sbom = await scanFolders([folder]);
      const ours = sbom.packages.filter(({ type }) => type === "npm");
      expect(listed.length).toBeGreaterThan(8);
      expect(ours.map(idOf).sort()).toEqual(listed.sort());
      const debs = new Set(sbom.packages.filter(({ type }) => type === "deb").map(({ purl }) => purl));
      expect(ours.filter(({ owner }) => owner === null || !debs.has(owner))).toEqual([]);
      expectValidDocuments(sbom);
    },
    long,
  );
});

type Package = Sbom["packages"][number];

function idOf({ name, version }: Package): string {
  return `${name}@${version}`;
}

/** What each package depends on, both as `name@version`. */
function dependencies({ packages }: Sbom): Readonly<Record<string, readonly string[]>> {
  const ids = new Map(packages.map((item) => [item.purl, idOf(item)]));
  return sorted(
    new Map(packages.map((item) => [idOf(item), new Set(item.dependsOn.map((purl) => ids.get(purl) ?? purl))])),
  );
}

function sorted(lists: ReadonlyMap<string, ReadonlySet<string>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...lists].map(([id, all]): [string, string[]] => [id, [...all].sort()]).sort());
}

function listedByPnpm(node: Json): readonly string[] {
  const lists = [node.dependencies, node.devDependencies, node.optionalDependencies];
  return lists.flatMap((all) =>
    Object.values<Json>(all ?? {}).flatMap((one) => [
      `${one.from}@${one.version.replace(/^.*@/, "")}`,
      ...listedByPnpm(one),
    ]),
  );
}

/** Packages with peers are there under several locators, with the same content. */
function listedByYarn(lines: readonly Json[]): ReadonlyMap<string, ReadonlySet<string>> {
  const plain = (locator: string) => locator.replace(/@virtual:[^#]*#/, "@");
  const version = new Map(lines.map(({ value, children }) => [plain(value), children.Version]));
  const idOfLocator = (locator: string) => {
    const name = /^@?[^@]+/.exec(locator)?.[0];
    return name === "example" ? "example@1.0.0" : `${name}@${version.get(plain(locator))}`;
  };
  const listed = new Map<string, Set<string>>();
  for (const { value, children } of lines) {
    const own = listed.get(idOfLocator(value)) ?? new Set();
    listed.set(idOfLocator(value), own);
    for (const { locator } of children.Dependencies ?? []) own.add(idOfLocator(locator));
  }
  return listed;
}
