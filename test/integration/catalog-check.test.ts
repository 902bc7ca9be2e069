import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hardpan, root } from "../support/cli.ts";
import { makeCatalog } from "../support/flow.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { schemaProblems } from "./json-schema.ts";

const syntax = "# syntax=dhi.io/build:2-alpine3.24\n";

/** A catalogue for which no archive is needed: one definition is wrong, one of another distribution. */
async function catalog(): Promise<string> {
  return await makeCatalog(join(await temporaryFolder(), "catalog"), {
    "image/a/alpine-3.24/1.yaml": `${syntax}image: dhi.io/a\ntags: ["1"]\nworkdir: /x\n`,
    "image/b/alpine-3.24/1.yaml": `${syntax}image: dhi.io/b\ntags: ["1"]\n`,
    "image/b/alpine-3.24/notes.yaml": "a: 1\n",
  });
}

describe("hardpan catalog check", () => {
  it("exits with 2 for an invalid definition, and shows file, line and column", async () => {
    const { stdout, exitCode } = await hardpan(["catalog", "check", "--catalog", await catalog(), "--offline"]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("2 definitions of 1 images with 1 tags\n");
    expect(stdout).toContain("\nimage/a/alpine-3.24/1.yaml:4:1: workdir: unknown key; did you mean `work-dir`?\n");
    expect(stdout).toContain("\nneeds-source:\n  image/b/alpine-3.24/1.yaml  distribution: alpine-3.24\n");
    expect(stdout).toContain("left out, as the first line is not # syntax=…: image/b/alpine-3.24/notes.yaml\n");
  });

  it("exits with 2 also when whoever reads what it prints has gone", async () => {
    const invalid = await catalog();
    const words = [process.execPath, join(root, "bin", "hardpan.js"), "catalog", "check", "--offline", "--json"];
    const script = '"$@" | true; exit $PIPESTATUS';
    const { status } = spawnSync("bash", ["-c", script, "bash", ...words, "--catalog", invalid]);
    expect(status).toBe(2);
  });

  it("prints JSON that its schema describes, of one status when asked", async () => {
    const directory = await catalog();
    const run = async (...more: readonly string[]) => {
      const { stdout } = await hardpan(["catalog", "check", "--catalog", directory, "--json", ...more]);
      return JSON.parse(stdout);
    };
    const all = await run();
    const some = await run("--status", "needs-source");
    for (const document of [all, some]) expect(schemaProblems("catalog-check", document)).toEqual([]);
    expect(all.definitions).toHaveLength(2);
    expect(some).toMatchObject({ totals: all.totals, definitions: [{ path: "image/b/alpine-3.24/1.yaml" }] });
  });

  it("exits with 0 when all are valid, and with 1 for a folder that is no catalogue", async () => {
    const valid = await makeCatalog(await temporaryFolder(), {
      "image/b/alpine-3.24/1.yaml": `${syntax}image: dhi.io/b\ntags: ["1"]\n`,
    });
    expect((await hardpan(["catalog", "check", "--catalog", valid])).exitCode).toBe(0);
    const none = await hardpan(["catalog", "check", "--catalog", await temporaryFolder()]);
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("(CATALOG_MISSING)") });
  });

  it("says offline that the archive's index was never fetched", async () => {
    const debian = await makeCatalog(await temporaryFolder(), {
      "image/b/debian-13/1.yaml": '# syntax=hardpan/build:1-debian13\nimage: b\ntags: ["1"]\n',
    });
    const options = { cache: await temporaryFolder() };
    const { stderr, exitCode } = await hardpan(["catalog", "check", "--catalog", debian, "--offline"], options);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("(APT_OFFLINE") });
  });
});
