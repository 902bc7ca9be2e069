import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardpan } from "../support/cli.ts";
import { makePublicCatalog } from "../support/public-catalog.ts";
import { schemaProblems } from "./json-schema.ts";
import { newFolder, removeFolder } from "./shared.ts";

let [folder, catalog, cache] = ["", "", ""];
beforeAll(async () => {
  folder = await newFolder();
  [catalog, cache] = [join(folder, "catalog"), join(folder, "cache")];
  await makePublicCatalog(catalog, { definitions: 200 });
});
afterAll(async () => await removeFolder(folder));

const run = async (...args: readonly string[]) =>
  await hardpan(["catalog", ...args, "--catalog", catalog, "--offline"], { cache });

describe("hardpan catalog list and show, of a catalogue like the public one", () => {
  it("print text without colours where nobody looks, and JSON that docs/schema describes", async () => {
    const { stdout, stderr, exitCode } = await run("list", "example-3");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.not.stringContaining("\u001b") });
    expect(stdout).toMatch(/^example-3 {2}Example {2}\[hardened\]$/m);
    expect(stderr).toMatch(/^what Debian supports in (trixie|bookworm) is not known: /m);
    const all = JSON.parse((await run("list", "--json")).stdout);
    expect(schemaProblems("catalog-list", all)).toEqual([]);
    const variants = all.images.flatMap((image: { readonly variants: readonly unknown[] }) => image.variants);
    expect(variants).toHaveLength(200);
    const shown = JSON.parse((await run("show", "example-3", "--json")).stdout);
    expect(schemaProblems("catalog-show", shown)).toEqual([]);
    expect(shown.images).toEqual(all.images.filter(({ name }: { readonly name: string }) => name === "example-3"));
  });

  it.each<[readonly string[], string, string]>([
    [["list", "--category", "gardening"], "(CLI_USAGE)", "the categories are api-management, "],
    [["list", "--platform", "a b"], "(OCI_PLATFORM_INVALID)", "linux/arm64"],
    [["show", "exampl-3"], "(CATALOG_NOT_FOUND)", "did you mean example-"],
    [["show", "example-3:9"], "(CATALOG_NOT_FOUND)", "its tags are "],
    [["show"], "(CLI_USAGE)", "missing required argument"],
  ])("refuse %j", async (args, code, hint) => {
    const { stderr, exitCode } = await run(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(code) });
    expect(stderr).toContain(hint);
  });
});
