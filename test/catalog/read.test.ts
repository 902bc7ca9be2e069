import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ParseCache, readDefinitionFile } from "../../src/catalog/read.ts";
import type { DefinitionFile } from "../../src/definition/parse.ts";
import { temporaryFolder } from "../support/temporary.ts";

const syntax = "# syntax=hardpan/build:1-debian13\n";
const definition = `${syntax}image: x\ntags: ["1"]\n`;
const path = "image/x/debian-13/1.yaml";

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  return directory;
}

/** A cache in memory that holds JSON, and counts what it was asked to keep. */
function memory(): ParseCache & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (sha256) => {
      const known = kept.get(sha256);
      return known === undefined ? null : (JSON.parse(known) satisfies DefinitionFile);
    },
    put: async (sha256, value) => void kept.set(sha256, JSON.stringify(value)),
  };
}

describe("a file of the catalogue", () => {
  it("without a syntax line is no definition, right or wrong", async () => {
    const directory = await folderOf({ [path]: "rules: [a: b\n" });
    expect(await readDefinitionFile(path, { directory })).toEqual({ kind: "other" });
  });

  it("with a syntax line of another format is a wrong definition", async () => {
    const directory = await folderOf({ [path]: "# syntax=docker/dockerfile:1\nimage: x\ntags: [a]\n" });
    expect(await readDefinitionFile(path, { directory })).toMatchObject({ kind: "invalid", problems: [{ line: 1 }] });
  });

  it("is not read beyond what a definition may have", async () => {
    const directory = await folderOf({ [path]: `${definition}# ${"x".repeat(3 << 20)}\n` });
    expect(await readDefinitionFile(path, { directory })).toMatchObject({
      kind: "invalid",
      problems: [{ message: "is longer than 1 MiB" }],
    });
  });

  it("is read once: the second time what was kept is the same", async () => {
    const directory = await folderOf({ [path]: definition, "image/x/debian-13/2.yaml": definition });
    const parses = memory();
    const first = await readDefinitionFile(path, { directory, parses });
    const again = await readDefinitionFile(path, { directory, parses });
    expect(again).toEqual(first);
    const copy = await readDefinitionFile("image/x/debian-13/2.yaml", { directory, parses });
    expect(copy).toMatchObject({ source: { file: "image/x/debian-13/2.yaml" } });
    expect(parses.kept.size).toBe(1);
  });

  it("that is not valid is never kept", async () => {
    const directory = await folderOf({ [path]: `${definition}foo: 1\n` });
    const parses = memory();
    for (const _ of [1, 2]) {
      expect(await readDefinitionFile(path, { directory, parses })).toMatchObject({
        problems: [{ line: 4, column: 1, message: "unknown key" }],
      });
    }
    expect(parses.kept.size).toBe(0);
  });

  it("is read anew when a file it includes has changed or is gone", async () => {
    const including = `${definition}includes: [image/x/include/dev.yaml]\n`;
    const directory = await folderOf({ [path]: including, "image/x/include/dev.yaml": "work-dir: /one\n" });
    const parses = memory();
    const workDir = async () => {
      const reading = await readDefinitionFile(path, { directory, parses });
      return reading.kind === "definition" ? reading.source.definition["work-dir"] : reading.kind;
    };
    expect(await workDir()).toBe("/one");
    await writeFile(join(directory, "image/x/include/dev.yaml"), "work-dir: /two\n");
    expect(await workDir()).toBe("/two");
    await writeFile(join(directory, "image/x/include/dev.yaml"), "work-dir: [\n");
    expect(await workDir()).toBe("invalid");
  });

  it("includes nothing outside the catalogue's folder, also not through a link", async () => {
    const outside = await folderOf({ "secret.yaml": "work-dir: /secret\n" });
    const directory = await folderOf({ [path]: `${definition}includes: [link.yaml]\n` });
    await symlink(join(outside, "secret.yaml"), join(directory, "link.yaml"));
    expect(await readDefinitionFile(path, { directory })).toMatchObject({
      kind: "invalid",
      problems: [{ line: 4, column: 12, message: "the catalogue has no file link.yaml" }],
    });
  });
});
