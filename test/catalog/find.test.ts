import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Catalog, loadCatalog } from "../../src/catalog/catalog.ts";
import { findBaseline, findImage } from "../../src/catalog/find.ts";
import { temporaryFolder } from "../support/temporary.ts";

const definition = (tags: readonly string[]) =>
  `# syntax=hardpan/build:1-debian13\nimage: hardpan/x\ntags: ${JSON.stringify(tags)}\n`;

async function catalogOf(files: Readonly<Record<string, string>>): Promise<Catalog> {
  const directory = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return await loadCatalog(directory);
}

const node = {
  "image/node/debian-13/24.yaml": definition(["24", "24-debian", "24-debian13"]),
  "image/node/debian-13/24-dev.yaml": definition(["24-dev", "24-debian-dev", "24-debian13-dev"]),
  "image/node/debian-13/24-fips.yaml": definition(["24-fips"]),
  "image/node/debian-13/22.yaml": definition(["22", "22.1", "22-debian13"]),
  "baseline/node/debian-12/24-slim.yaml": definition(["24-slim", "24-bookworm-slim"]),
};

describe("an image of the catalogue", () => {
  it.each([
    ["node:24", "24.yaml", null],
    ["node:24-debian13", "24.yaml", null],
    ["node:24-debian13-dev", "24-dev.yaml", null],
    ["node:24.21.0-debian13", "24.yaml", "24.21.0"],
    ["node:24.21-dev", "24-dev.yaml", "24.21"],
    ["node:24.21.0-fips", "24-fips.yaml", "24.21.0"],
    ["node:22.1.5", "22.yaml", "22.1.5"],
  ])("%s is found in %s", async (reference, file, requiredVersion) => {
    const match = await findImage(await catalogOf(node), reference);
    expect(match.entry.path.endsWith(`/${file}`)).toBe(true);
    expect(match.requiredVersion).toBe(requiredVersion);
    expect(match.source.file).toBe(match.entry.path);
  });

  it.each([
    ["node:24-debian13-5d8b9aa3f7f1", "24.yaml", null],
    ["node:24.21.0-debian13-dev-5d8b9aa3f7f1", "24-dev.yaml", "24.21.0"],
  ])("%s, the tag of one build, is found in %s", async (reference, file, requiredVersion) => {
    const match = await findImage(await catalogOf(node), reference);
    expect(match).toMatchObject({ tag: reference.slice(5), requiredVersion, requiredBuild: "5d8b9aa3f7f1" });
    expect(match.entry.path.endsWith(`/${file}`)).toBe(true);
    expect((await findImage(await catalogOf(node), "node:24")).requiredBuild).toBe(null);
  });

  const tags =
    "its tags are 22, 24, 22.1, 24-dev, 24-fips, 24-debian, 22-debian13, 24-debian13, 24-debian-dev, 24-debian13-dev";
  it.each([
    ["node:2", tags],
    ["node:24-alpine", tags],
    ["node:24-debian12", tags],
    ["node", tags],
    ["nod:24", "did you mean node?"],
    ["", "write NAME:TAG, such as node:24-debian13"],
    ["node@sha256:00", "write NAME:TAG, such as node:24-debian13"],
  ])("%s is not found, and the hint helps", async (reference, hint) => {
    await expect(findImage(await catalogOf(node), reference)).rejects.toEqual(
      expect.objectContaining({ code: "CATALOG_NOT_FOUND", hint }),
    );
  });

  it("with a tag in two definitions is refused, and both are named", async () => {
    const catalog = await catalogOf({ ...node, "image/node/alpine-3.23/24.yaml": definition(["24-alpine", "24"]) });
    await expect(findImage(catalog, "node:24-dev")).rejects.toEqual(
      expect.objectContaining({
        code: "CATALOG_DUPLICATE_TAG",
        message: "image/node/alpine-3.23/24.yaml and image/node/debian-13/24.yaml both have the tag node:24",
      }),
    );
  });

  it("is found beside a broken definition, which is blamed only for what is missing", async () => {
    const catalog = await catalogOf({
      ...node,
      "image/node/debian-13/26.yaml": "# syntax=hardpan/build:1-debian13\nfoo: 1\n",
    });
    expect((await findImage(catalog, "node:24")).entry.path).toBe("image/node/debian-13/24.yaml");
    await expect(findImage(catalog, "node:26")).rejects.toEqual(
      expect.objectContaining({
        code: "DEFINITION_INVALID",
        message: expect.stringContaining("image/node/debian-13/26.yaml:2:1: foo"),
      }),
    );
  });

  it("is found without reading the definitions of other names", async () => {
    const catalog = await catalogOf({ ...node, "image/broken/debian-13/1.yaml": "\u0000{{{" });
    expect((await findImage(catalog, "node:24")).name).toBe("node");
  });
});

describe("a baseline", () => {
  it("is found by the official tags it stands for", async () => {
    const catalog = await catalogOf(node);
    expect((await findBaseline(catalog, "node:24-bookworm-slim")).entry.path).toBe(
      "baseline/node/debian-12/24-slim.yaml",
    );
    expect((await findBaseline(catalog, "node:24.3.0-slim")).requiredVersion).toBe("24.3.0");
    await expect(findBaseline(catalog, "node:24-trixie-slim")).rejects.toEqual(
      expect.objectContaining({ code: "CATALOG_NOT_FOUND" }),
    );
    await expect(findBaseline(catalog, "python:3")).rejects.toEqual(
      expect.objectContaining({ message: "the catalogue has no baseline python" }),
    );
  });
});
