import { execFileSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import type { Sbom } from "../../../src/sbom/model.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { aptAnswers, scanFolders, unpackDebs } from "../../support/real-root.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { titled } from "../shared.ts";

const noPip = succeeds("python3", ["-m", "pip", "--version"]) ? null : "there is no python3 with pip";
const noApt = aptAnswers() ? null : "apt can download nothing here";

const debianPackages = [
  ...[
    "attr",
    "certifi",
    "cffi-backend",
    "chardet",
    "click",
    "cryptography",
    "dateutil",
    "flask",
    "idna",
    "itsdangerous",
  ],
  ...[
    "jinja2",
    "jsonschema",
    "lxml",
    "markupsafe",
    "pip",
    "pkg-resources",
    "requests",
    "setuptools",
    "six",
    "sqlparse",
  ],
  ...["tz", "urllib3", "werkzeug", "wheel", "yaml", "zope.interface"],
].map((name) => `python3-${name}`);

describe.skipIf(noPip !== null || noApt !== null)(titled("Debian's Python packages", noPip, noApt), () => {
  it("are those pip lists, each brought by its Debian package, with requirements and licences", async () => {
    const root = await temporaryFolder();
    await unpackDebs(root, debianPackages);
    const sbom = await scanFolders([root]);
    const found = pypi(sbom);
    expect(listed(sbom)).toEqual(pipList([join(root, "usr/lib/python3/dist-packages")]));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter(({ owner }) => owner?.startsWith("pkg:deb/") !== true)).toEqual([]);
    // dh_python3 takes out of older metadata what it has made dependencies of the Debian package.
    const jsonschema = found.find(({ name }) => name === "jsonschema");
    expect(jsonschema?.dependsOn).toEqual([found.find(({ name }) => name === "attrs")?.purl]);
    expect(jsonschema?.licenses).toEqual(["MIT"]);
    // Newer setuptools states none.
    const unlicensed = found.filter(({ licenses }) => licenses.length === 0).map(({ name }) => name);
    expect(unlicensed.filter((name) => name !== "setuptools")).toEqual([]);
    expect(sbom.warnings).toEqual([]);
    expect(sbom.unowned.files).toBe(0);
    expectValidDocuments(sbom);
  }, 240_000);
});

/** A build backend (PEP 517, PEP 660) that needs nothing but Python: the wheel has METADATA, the files of src and a program. */
const backend = `import os, zipfile

def build(folder, editable):
    text = open("METADATA").read()
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    stem = fields["Name"].replace("-", "_").replace(".", "_") + "-" + fields["Version"]
    info = stem + ".dist-info/"
    with zipfile.ZipFile(os.path.join(folder, stem + "-py3-none-any.whl"), "w") as wheel:
        wheel.writestr(info + "METADATA", text)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\nrun-" + fields["Name"] + " = module:main\\n")
        if editable:
            wheel.writestr(stem + ".pth", os.path.abspath("src") + "\\n")
        else:
            for name in os.listdir("src"):
                wheel.write(os.path.join("src", name), name)
        wheel.writestr(info + "RECORD", "")
    return stem + "-py3-none-any.whl"

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return build(wheel_directory, False)

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return build(wheel_directory, True)
`;

async function project(name: string, version: string, rest = ""): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "src"));
  const module = name.toLowerCase().replaceAll(/[.-]/g, "_");
  await writeFile(join(folder, "METADATA"), `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${rest}`);
  await writeFile(join(folder, `src/${module}.py`), "def main(): pass\n");
  await writeFile(join(folder, `src/${module}, with "quotes".txt`), "text\n");
  await writeFile(join(folder, "backend.py"), backend);
  await writeFile(
    join(folder, "pyproject.toml"),
    '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
  );
  return folder;
}

describe.skipIf(noPip !== null)(titled("packages that pip installs", noPip), () => {
  it("are those pip lists, with where they are from, and own all that was installed", async () => {
    const root = await temporaryFolder();
    const app = await project("Fixture.App", "1.0", "License-Expression: MIT\nRequires-Dist: fixture-lib>=2\n");
    const library = await project("fixture_lib", "2.0rc1", "Author: Someone\n");
    const editable = await project("fixture-edit", "0.1");
    pip(["install", "--root", root, "--prefix", "/usr/local", app, library]);
    pip(["install", "--root", root, "--prefix", "/usr/local", "--editable", editable]);
    pip(["install", "--target", join(root, "app/deps"), library]);
    const sbom = await scanFolders([root]);
    const sites = await sitesIn(root);
    expect(sites.map((site) => relative(root, site)).sort()).toEqual([
      "app/deps",
      expect.stringMatching(/^usr\/local\//),
    ]);
    expect(listed(sbom)).toEqual(pipList(sites));
    const [item] = pypi(sbom);
    expect(item).toMatchObject({
      name: "Fixture.App",
      purl: "pkg:pypi/fixture-app@1.0",
      licenses: ["MIT"],
      dependsOn: ["pkg:pypi/fixture-lib@2.0rc1"],
      comments: [`installed from file://${app}`],
      owner: null,
    });
    const other = pypi(sbom).find(({ name }) => name === "fixture-edit");
    expect(other?.comments).toEqual([`installed from file://${editable}, editable`]);
    expect(pypi(sbom).find(({ name }) => name === "fixture_lib")?.locations.length).toBe(2);
    expect(sbom.unowned.paths).toEqual([]);
    expect(sbom.warnings).toEqual([]);
    expectValidDocuments(sbom);
  }, 120_000);
});

function pypi(sbom: Sbom): Sbom["packages"] {
  return sbom.packages.filter(({ type }) => type === "pypi");
}

function listed(sbom: Sbom): readonly string[] {
  return pypi(sbom)
    .map(({ name, version }) => `${name} ${version}`)
    .sort();
}

/** What pip lists of the folders, each for itself, as none hides another's in an image. */
function pipList(sites: readonly string[]): readonly string[] {
  const all = sites.flatMap((site): unknown => JSON.parse(pip(["list", "--path", site, "--format", "json"])));
  const lines = all.map((item) => {
    if (typeof item !== "object" || item === null || !("name" in item) || !("version" in item))
      throw new Error("no list");
    return `${String(item.name)} ${String(item.version)}`;
  });
  return [...new Set(lines)].sort();
}

async function sitesIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const infos = entries.filter((entry) => entry.name.endsWith(".dist-info"));
  return [...new Set(infos.map((entry) => entry.parentPath))].filter((site) => dirname(site) !== site);
}

/** Runs pip without an index, a configuration or anything of this machine's. */
function pip(args: readonly string[]): string {
  const [command = "", ...rest] = args;
  const options =
    command === "install" ? ["--no-index", "--no-deps", "--no-build-isolation", "--ignore-installed"] : [];
  return execFileSync("python3", ["-m", "pip", command, "--disable-pip-version-check", ...options, ...rest], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PIP_CONFIG_FILE: "/dev/null",
      PIP_BREAK_SYSTEM_PACKAGES: "1",
      PIP_ROOT_USER_ACTION: "ignore",
    },
  });
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}
