import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openImage } from "../../../src/facts/image.ts";
import type { Sbom } from "../../../src/sbom/model.ts";
import { scanImage } from "../../../src/scan/scan.ts";
import { imageOfTars } from "../../facts/layers.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { depsJson } from "../../scan/dotnet/example.ts";
import { trixie } from "../../scan/tree.ts";
import { aptAnswers, layerOfFolder, scanFolders, unpackDebs } from "../../support/real-root.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { titled } from "../shared.ts";

const noApt = aptAnswers() ? null : "apt cannot download packages";
const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

const distribution = [
  ...[
    "libc6",
    "tzdata",
    "skopeo",
    "libcommons-lang3-java",
    "node-semver",
    "ruby-rack",
    "php-net-smtp",
    "php-net-socket",
  ],
  ...["python3-requests", "python3-chardet", "python3-idna", "python3-certifi", "python3-urllib3"],
];
const copied = ["python3-flask", "python3-click", "ruby-i18n", "libguava-java", "node-undici"];

describe.skipIf(noApt !== null)(titled("an image of several layers, with packages of many ecosystems", noApt), () => {
  it("has what its layers have one by one, says what is gone, and loses nothing in any document", async () => {
    const folders = {
      base: await temporaryFolder(),
      files: await temporaryFolder(),
      project: await temporaryFolder(),
      changes: await temporaryFolder(),
    };
    await unpackDebs(folders.base, distribution);
    await write(folders.base, { "etc/os-release": trixie });
    await unpackDebs(folders.files, copied, false);
    await write(folders.project, { "srv/net/app.deps.json": depsJson() });
    for (const name of ["yaml", "zod"]) {
      await cp(join(modules, name), join(folders.project, "srv/app/node_modules", name), { recursive: true });
    }
    const site = "usr/lib/python3/dist-packages";
    const [information = ""] = (await readdir(join(folders.base, site))).filter((name) => name.startsWith("chardet-"));
    const manifest = "srv/app/node_modules/yaml/package.json";
    const { version, ...rest } = JSON.parse(await readFile(join(folders.project, manifest), "utf8"));
    await write(folders.changes, {
      [`${site}/.wh.${information}`]: "",
      [manifest]: JSON.stringify({ ...rest, version: "99.0.0" }),
    });

    const roots = Object.values(folders);
    const { store, diffIds } = await imageOfTars(roots.map(layerOfFolder), { compression: "none" });
    const image = await openImage(store, "test");
    const bases = [{ reference: "the base", digest: null, diffIds: diffIds.slice(0, 1) }];
    const { sbom } = await scanImage(store, image, { reference: "test", bases, files: true });

    const alone = [];
    for (const root of roots.slice(0, 3)) alone.push(await scanFolders([root]));
    const gone = /^(?:pypi chardet |npm yaml )/;
    const expected = new Set(alone.flatMap(lines).filter((line) => !gone.test(line)));
    expect(lines(sbom)).toEqual([...expected, "npm yaml 99.0.0"].sort());
    expect([...new Set(sbom.packages.map(({ type }) => type))].sort()).toEqual(
      ["deb", "gem", "golang", "maven", "npm", "nuget", "pear", "pypi"].sort(),
    );
    expect(sbom.removed.map(({ type, name, version }) => `${type} ${name} ${version}`).sort()).toEqual([
      `npm yaml ${version}`,
      expect.stringMatching(/^pypi chardet \d/),
    ]);

    const [lowest, , , highest] = image.manifest.layers.map(({ digest }) => digest);
    const ofBase = lines(alone[0] ?? sbom).filter((line) => !gone.test(line));
    expect(lines({ packages: sbom.packages.filter(({ fromBase }) => fromBase === true) })).toEqual(ofBase);
    for (const item of sbom.packages) expect(item.layer === lowest, item.purl).toBe(item.fromBase === true);
    expect(sbom.packages.find(({ name }) => name === "yaml")?.layer).toBe(highest);
    expect(sbom.packages.filter(({ owner }) => owner !== null).every(({ fromBase }) => fromBase === true)).toBe(true);
    expect(sbom.files?.length).toBeGreaterThan(1000);
    expect(sbom.warnings).toEqual([]);
    expectValidDocuments(sbom);
  }, 240_000);
});

async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

function lines({ packages }: Pick<Sbom, "packages">): readonly string[] {
  return packages.map(({ type, name, version }) => `${type} ${name} ${version}`).sort();
}
