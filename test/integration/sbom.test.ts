import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cyclonedxProblems, spdxProblems } from "../sbom/schema.ts";
import { hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { has } from "../support/program.ts";
import { writeLayoutOf } from "./conventional.ts";
import { hasSchema, schemaProblems } from "./json-schema.ts";
import { layerEntries, readLayoutOnDisk } from "./layout-on-disk.ts";
import { long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const noDpkg = has("dpkg-query") ? null : "needs dpkg-query";
const noSchema = hasSchema("sbom") ? null : "docs/schema does not describe it";
const images = ["catalog://node:24-debian13", "baseline://node:24-bookworm-slim", "baseline://node:24-trixie-slim"];

describe.skipIf(missing !== null)(titled("bills of materials", missing), () => {
  let folder = "";
  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
  }, long);
  afterAll(async () => await removeFolder(folder));

  it.skipIf(noDpkg !== null).each(["bookworm", "trixie"])(
    titled("list the debs of the conventional %s image as dpkg-query does: none missing, none invented", noDpkg),
    async (codename) => {
      const layout = join(folder, codename);
      await writeLayoutOf(`baseline://node:24-${codename}-slim`, layout);
      const database = await extractDpkg(layout, join(folder, `${codename}-dpkg`));
      const format = "$" + "{Package} $" + "{Version} $" + "{Architecture}\\n";
      const listed = execFileSync("dpkg-query", [`--admindir=${database}`, "--show", `--showformat=${format}`], {
        encoding: "utf8",
      });
      const sbom = await hardpanJson(["sbom", `oci-dir://${layout}`]);
      const debs = sbom.packages.filter(({ type }: Json) => type === "deb");
      const ours = debs.map(({ name, version, architecture }: Json) => `${name} ${version} ${architecture}`);
      expect(ours.length).toBeGreaterThan(70);
      expect(ours.toSorted()).toEqual(listed.trim().split("\n").toSorted());
    },
    long,
  );

  it.each(["linux/amd64", "linux/arm64"])("leave no file of the hardened %s image unowned", async (platform) => {
    const sbom = await hardpanJson(["sbom", images[0] ?? "", "--platform", platform]);
    expect(sbom.image.platform).toBe(platform);
    expect(sbom.unowned).toEqual({ files: 0, bytes: 0 });
  });

  it("list debs, the Node runtime and what the builder adds, each with purl and licence", async () => {
    const sbom = await hardpanJson(["sbom", images[0] ?? ""]);
    const types: string[] = sbom.packages.map(({ type }: Json) => type);
    expect(new Set(types)).toEqual(new Set(["deb", "generic", "hardpan"]));
    expect(sbom.packages.find(({ name }: Json) => name === "node")).toMatchObject({
      version: expect.stringMatching(/^24\./),
      purl: expect.stringMatching(/^pkg:generic\/node@24\./),
      licenses: ["MIT"],
    });
    for (const item of sbom.packages) {
      expect(item.purl).toMatch(/^pkg:/);
      expect(item.licenses.length).toBeGreaterThan(0);
    }
  });

  it("say of a program that a third party repackaged where it comes from", async () => {
    const sbom = await hardpanJson(["sbom", images[0] ?? ""]);
    const { comments } = sbom.packages.find(({ name }: Json) => name === "node");
    expect(comments.join("\n")).toContain("a third party's repackaging");
    expect(comments.join("\n")).toMatch(/equals official release|not compared/);
  });

  it("print Name, Version and Type as a list", async () => {
    const { stdout } = await hardpan(["sbom", images[0] ?? ""]);
    const [heading, ...rows] = stdout.trim().split("\n");
    expect(heading?.split(/\s+/)).toEqual(["Name", "Version", "Type"]);
    expect(rows.map((row) => row.split(/\s{2,}/).length)).toEqual(rows.map(() => 3));
    expect(stdout).toMatch(/^node +24\.\S+ +generic$/m);
  });

  it.skipIf(noSchema !== null)(titled("print JSON as docs/schema describes it", noSchema), async () => {
    expect(schemaProblems("sbom", await hardpanJson(["sbom", images[0] ?? ""]))).toEqual([]);
  });

  describe.each(images)("of %s", (image) => {
    it.each([
      ["spdx", spdxProblems, (document: Json) => document.packages.length],
      ["cyclonedx", cyclonedxProblems, (document: Json) => document.components.length],
    ])(
      "are valid %s documents by the official schema",
      async (format, problems, count) => {
        const file = join(folder, `${image.replace(/\W+/g, "-")}.${format}.json`);
        const { exitCode, stdout } = await hardpan(["sbom", image, "--format", format, "--output", file]);
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${file}\n` });
        const document = JSON.parse(await readFile(file, "utf8"));
        expect(problems(document)).toEqual([]);
        const { packages } = await hardpanJson(["sbom", image]);
        expect(count(document)).toBeGreaterThanOrEqual(packages.length);
      },
      120_000,
    );

    it("have no component twice, by purl and place", async () => {
      const { packages } = await hardpanJson(["sbom", image]);
      const keys = packages.map(({ purl, locations }: Json) => `${purl} ${locations.join(" ")}`);
      expect(keys.filter((key: string, index: number) => keys.indexOf(key) !== index)).toEqual([]);
    });
  });
});

/** Writes what the layout's layers hold of dpkg's database to `target`; gives the folder for --admindir. */
async function extractDpkg(layout: string, target: string): Promise<string> {
  const [image] = (await readLayoutOnDisk(layout)).images;
  const inDatabase = (path: string) => path.startsWith("var/lib/dpkg/");
  for (const [path, { type, content }] of await layerEntries(image?.layers ?? [], inDatabase)) {
    if (type !== "file" || content === null) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), content);
  }
  return join(target, "var", "lib", "dpkg");
}
