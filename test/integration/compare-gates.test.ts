import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copy } from "../../src/content/copy.ts";
import { writeLayout } from "../../src/content/layout.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { hardpan } from "../support/cli.ts";
import { pushTinyImage } from "../support/tiny-image.ts";
import { lines, osvNpm } from "../vuln/examples.ts";
import { schemaProblems } from "./json-schema.ts";
import { newFolder, removeFolder } from "./shared.ts";

const feed = lines(
  osvNpm("GHSA-aaaa-aaaa-aaaa", "left", [{ introduced: "0" }, { fixed: "2.0.0" }]),
  osvNpm("GHSA-bbbb-bbbb-bbbb", "right", [{ introduced: "0" }]),
);
const module = (name: string, version: string) => ({
  [`app/node_modules/${name}/package.json`]: JSON.stringify({ name, version }),
});
const images = {
  old: [module("left", "1.0.0")],
  mended: [module("left", "2.0.0")],
  worse: [module("left", "1.0.0"), module("right", "1.0.0")],
};

describe("hardpan compare", () => {
  let folder: string;
  let options: Parameters<typeof hardpan>[1];
  beforeAll(async () => {
    folder = await newFolder();
    const store = createMemoryStore();
    await writeLayout(join(folder, "layout"), async (target) => {
      for (const [tag, layers] of Object.entries(images)) {
        const reference = await pushTinyImage(store, { layers });
        await copy(store, target, { reference, targetReferences: [tag] });
      }
    });
    const advisories = join(folder, "advisories");
    await mkdir(advisories);
    await writeFile(join(advisories, "npm.ndjson"), feed);
    options = { cwd: folder, cache: join(folder, "cache"), environment: { HARDPAN_ADVISORIES: advisories } };
  });
  afterAll(async () => await removeFolder(folder));
  const compare = async (...args: readonly string[]) =>
    await hardpan(["compare", ...args, "--offline", "--archive", "never"], options);
  const against = ["--to", "oci-dir://layout:old"];

  it.each([
    ["oci-dir://layout:mended", "vulnerability,package", 0],
    ["oci-dir://layout:worse", "vulnerability", 2],
    ["oci-dir://layout:worse", "package", 2],
    ["oci-dir://layout:old", "vulnerability,package", 0],
  ] as const)("%s with --exit-on %s ends with %i", async (reference, conditions, exitCode) => {
    const result = await compare(reference, ...against, "-x", conditions);
    expect(result).toMatchObject({ exitCode, stdout: expect.stringContaining("Vulnerabilities") });
    expect(result.stderr.includes("--exit-on")).toBe(exitCode === 2);
  });

  it("ends with 0 where the same is new and nobody asked, and 2 where one of several images has it", async () => {
    expect(await compare("oci-dir://layout:worse", ...against)).toMatchObject({ exitCode: 0 });
    const several = await compare("oci-dir://layout:old", "oci-dir://layout:worse", ...against, "-x", "vulnerability");
    expect(several).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("layout:worse has 1 new vulnerability"),
    });
  });

  it("ends with 2 for older packages, and not for what filters leave out", async () => {
    const older = ["oci-dir://layout:old", "--to", "oci-dir://layout:mended", "-x", "package"];
    expect(await compare(...older)).toMatchObject({ exitCode: 2 });
    expect(await compare(...older, "--only-package-type", "deb")).toMatchObject({ exitCode: 0 });
  });

  it("ends with 1 for policies, and before anything is read", async () => {
    const { exitCode, stderr } = await compare("oci-dir://nowhere", ...against, "--exit-on", "policy");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("policies come later") });
  });

  it.each([
    ["text", "┌"],
    ["markdown", "## "],
    ["html", "<!doctype html>"],
    ["json", "{\n"],
  ])("writes %s to a file as it prints it", async (format, beginning) => {
    const printed = await compare("oci-dir://layout:worse", ...against, "--format", format);
    const file = join(folder, `comparison.${format}`);
    const written = await compare("oci-dir://layout:worse", ...against, "--format", format, "--output", file);
    expect(written).toMatchObject({ exitCode: 0, stdout: `${file}\n` });
    const text = await readFile(file, "utf8");
    expect(text.startsWith(beginning)).toBe(true);
    expect(text).toBe(printed.stdout);
  });

  it("prints JSON of one and of several images as docs/schema describes it", async () => {
    const one = await compare("oci-dir://layout:worse", ...against, "--json");
    expect(schemaProblems("compare", JSON.parse(one.stdout))).toEqual([]);
    const many = await compare("oci-dir://layout:worse", "oci-dir://layout:mended", ...against, "--json");
    expect(schemaProblems("compare-many", JSON.parse(many.stdout))).toEqual([]);
  });

  it("chooses images within layouts with --ref and --to-ref", async () => {
    const result = await compare(
      "oci-dir://layout",
      "--to",
      "oci-dir://layout",
      "--ref",
      "worse",
      "--to-ref",
      "old",
      "--json",
    );
    const { baseline, analysed } = JSON.parse(result.stdout);
    expect([baseline.tag, analysed.tag]).toEqual(["old", "worse"]);
  });

  it("prints only the overview with --summary, and everything with --details", async () => {
    const summary = await compare("oci-dir://layout:worse", ...against, "--summary");
    expect(summary.stdout).not.toContain("GHSA-");
    const details = await compare("oci-dir://layout:worse", ...against, "--details");
    expect(details.stdout).toMatch(/\+ right 1\.0\.0 \(npm\)\n +\+ GHSA-bbbb/);
    expect(details.stdout).toMatch(/ {4}left 1\.0\.0 \(npm\)\n +GHSA-aaaa/);
    const changed = await compare("oci-dir://layout:worse", ...against, "--ignore-unchanged");
    expect(changed.stdout).not.toContain("GHSA-aaaa");
  });

  it("says what is missing without an image to compare with", async () => {
    const result = await compare("oci-dir://layout:worse");
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("compare needs --to BASELINE") });
  });
});
