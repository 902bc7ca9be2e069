import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Sbom } from "../../../src/sbom/model.ts";
import { isObject, parseObject } from "../../../src/scan/json.ts";
import { phpLockCataloger } from "../../../src/scan/php/lock-cataloger.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { catalogFiles } from "../../scan/harness.ts";
import { has, run } from "../../support/program.ts";
import { aptAnswers, scanFolders, unpackDebs } from "../../support/real-root.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { titled } from "../shared.ts";

const noPear = has("pear") ? null : "there is no pear";
const noComposer = has("composer") ? null : "there is no composer";
const noApt = aptAnswers() ? null : "apt can download nothing here";

const debianPackages = ["php-mail", "php-net-smtp", "php-net-socket", "php-pear"];

describe.skipIf(noPear !== null || noApt !== null)(titled("Debian's PEAR packages", noPear, noApt), () => {
  it("are those pear lists, each brought by its Debian package, with licences and requirements", async () => {
    const root = await temporaryFolder();
    await unpackDebs(root, debianPackages);
    const sbom = await scanFolders([root]);
    expect(listed(sbom, "pear")).toEqual(pearList(root));
    const pear = sbom.packages.filter(({ type }) => type === "pear");
    expect(pear.length).toBeGreaterThan(6);
    expect(pear.filter(({ owner, licenses }) => owner === null || licenses.length === 0)).toEqual([]);
    const smtp = pear.find(({ name }) => name === "Net_SMTP");
    expect(smtp?.purl).toBe(`pkg:pear/pear.php.net/Net_SMTP@${smtp?.version}`);
    expect(smtp?.dependsOn.map((purl) => purl.replace(/@.*/, ""))).toEqual(["pkg:pear/pear.php.net/Net_Socket"]);
    expect(sbom.warnings).toEqual([]);
    expect(sbom.unowned.files).toBe(0);
    expectValidDocuments(sbom);
  }, 120_000);

  it("of class libraries without records are the Debian packages alone", async () => {
    const root = await temporaryFolder();
    await unpackDebs(root, ["php-psr-log", "php-symfony-console"]);
    const sbom = await scanFolders([root]);
    expect(sbom.packages.map(({ type }) => type)).toEqual(["deb", "deb"]);
    expect(sbom.unowned.files).toBe(0);
    expectValidDocuments(sbom);
  }, 120_000);
});

/** Packages of a project, as the folders of its path repositories. */
const packages: Readonly<Record<string, object>> = {
  app: {
    name: "fixture/app-library",
    version: "v1.2.0",
    require: { php: ">=5.3", "fixture/log": "^1.0", "fixture/log-implementation": "*" },
    license: ["MIT", "GPL-3.0-or-later"],
    authors: [{ name: "Zoë", email: "zoe@example.net" }],
    bin: ["bin/fixture"],
  },
  log: { name: "fixture/log", version: "1.1.4", license: "BSD-3-Clause" },
  provider: { name: "Fixture/Provider", version: "dev-main", provide: { "fixture/log-implementation": "1.0" } },
  test: { name: "fixture/test", version: "3.0.0-beta1", require: { "fixture/log": "*" } },
  meta: { name: "fixture/meta", version: "2.0", type: "metapackage", require: { "fixture/log": "*" } },
};

describe.skipIf(noComposer !== null)(titled("packages that Composer installs", noComposer), () => {
  it("are those composer shows, with licences and requirements, and own all that was installed", async () => {
    const root = await temporaryFolder();
    const project = { project: join(root, "srv/app"), home: await temporaryFolder() };
    await makeProject(project.project);
    composer(project, ["install", "--no-interaction", "--no-progress"]);
    const sbom = await scanFolders([root]);
    expect(listed(sbom, "composer")).toEqual(composerShow(project));
    expect(named(sbom, "fixture/app-library")).toMatchObject({
      version: "v1.2.0",
      purl: "pkg:composer/fixture/app-library@v1.2.0",
      licenses: ["MIT OR GPL-3.0-or-later"],
      supplier: "Zoë <zoe@example.net>",
      comments: [],
      dependsOn: ["pkg:composer/fixture/log@1.1.4", "pkg:composer/fixture/provider@dev-main"],
    });
    expect(named(sbom, "fixture/test").comments).toEqual(["for development only (require-dev)"]);
    expect(sbom.unowned.paths).toEqual(["srv/app/composer.json", "srv/app/composer.lock"]);
    expect(sbom.warnings).toEqual([]);
    expectValidDocuments(sbom);
    const lock = catalogFiles(phpLockCataloger, {
      "composer.lock": await readFile(join(project.project, "composer.lock")),
    });
    expect(lock.packages.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(composerShow(project));
  }, 120_000);
});

async function makeProject(project: string): Promise<void> {
  await mkdir(project, { recursive: true });
  const sources = await temporaryFolder();
  for (const [folder, json] of Object.entries(packages)) {
    await mkdir(join(sources, folder, "bin"), { recursive: true });
    await writeFile(join(sources, folder, "composer.json"), JSON.stringify(json));
    await writeFile(join(sources, folder, "bin/fixture"), "#!/usr/bin/env php\n<?php\n");
  }
  const repositories = Object.keys(packages).map((folder) =>
    folder === "meta"
      ? { type: "package", package: packages[folder] }
      : { type: "path", url: join(sources, folder), options: { symlink: false } },
  );
  const require = { "fixture/app-library": "*", "fixture/provider": "dev-main", "fixture/meta": "*" };
  const composerJson = {
    name: "fixture/project",
    require,
    "require-dev": { "fixture/test": "^3@beta" },
    repositories: [...repositories, { "packagist.org": false }],
  };
  await writeFile(join(project, "composer.json"), JSON.stringify(composerJson));
}

function named(sbom: Sbom, name: string): Sbom["packages"][number] {
  const found = sbom.packages.find((item) => item.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function listed(sbom: Sbom, type: string): readonly string[] {
  return sbom.packages
    .filter((item) => item.type === type)
    .map(({ name, version }) => `${name} ${version}`)
    .sort();
}

function pearList(root: string): readonly string[] {
  const lines = run("pear", ["-d", `php_dir=${join(root, "usr/share/php")}`, "list", "--allchannels"]).split("\n");
  return lines
    .flatMap((line) => {
      const [, name, version] = /^(\w+) +(\d\S*) +\w+ *$/.exec(line) ?? [];
      return name === undefined ? [] : [`${name} ${version}`];
    })
    .sort();
}

/** A project's folder, and one for what Composer keeps for itself. */
interface Project {
  readonly project: string;
  readonly home: string;
}

/** Runs Composer without a network, a configuration or anything of this machine's. */
function composer({ project, home }: Project, args: readonly string[]): string {
  return execFileSync("composer", [...args], {
    cwd: project,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      COMPOSER_DISABLE_NETWORK: "1",
      COMPOSER_ALLOW_SUPERUSER: "1",
      COMPOSER_HOME: home,
    },
  });
}

function composerShow(project: Project): readonly string[] {
  const { installed } = parseObject(composer(project, ["show", "--format", "json"])) ?? {};
  if (!Array.isArray(installed)) throw new Error("Composer shows nothing");
  return installed
    .map((item: unknown) => {
      const { name, version } = isObject(item) ? item : {};
      return `${String(name)} ${String(version)}`;
    })
    .sort();
}
