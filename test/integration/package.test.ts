import { copyFile, cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, hardpan, hardpanJson, root } from "../support/cli.ts";
import { has } from "../support/program.ts";
import { long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = (await missingNetwork()) ?? (has("npm") ? null : "needs npm");

describe.skipIf(missing !== null)(titled("npm pack, installed elsewhere", missing), () => {
  let folder = "";
  const at = (...names: readonly string[]) => join(folder, ...names);

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    await packInto(folder);
    await mkdir(at("elsewhere"));
    await writeFile(at("elsewhere", "package.json"), JSON.stringify({ name: "elsewhere", private: true }));
    const [tarball = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    await execute("npm", ["install", "--no-audit", "--no-fund", at(tarball)], { cwd: at("elsewhere") });
  }, long);
  afterAll(async () => await removeFolder(folder));

  it("carries programs and catalogue, and neither sources nor tests", async () => {
    const installed = await readdir(at("elsewhere", "node_modules", "hardpan"));
    expect(installed).toEqual(
      expect.arrayContaining(["LICENSE", "README.md", "bin", "catalog", "dist", "docs", "integrations"]),
    );
    for (const name of ["src", "test", "bench", "scripts"]) expect(installed).not.toContain(name);
  });

  it("has a command that npx starts", async () => {
    expect(await execute("npx", ["hardpan", "--version"], { cwd: at("elsewhere") })).toMatch(/^hardpan \d/);
  });

  it(
    "builds the same image as the checkout",
    async () => {
      const lock = at("node.lock.json");
      await hardpanJson(["lock", "node:24-debian13", "--output", lock]);
      const build = ["build", "node:24-debian13", "--lock-file", lock];
      const program = at("elsewhere", "node_modules", ".bin", "hardpan");
      const packed = await hardpanJson(build, { program, cwd: at("elsewhere") });
      expect(packed.digest).toBe((await hardpanJson(build)).digest);
    },
    long,
  );

  it(
    "tries a service that lies beside it, with the catalogue of the package",
    async () => {
      await mkdir(at("elsewhere", "service"));
      await copyFile(join(root, "examples", "node-service", "Dockerfile"), at("elsewhere", "service", "Dockerfile"));
      const program = at("elsewhere", "node_modules", ".bin", "hardpan");
      const { exitCode, stderr } = await hardpan(["trial", "service"], { program, cwd: at("elsewhere") });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      const report = await readFile(at("elsewhere", "hardpan-trial", "service", "report.md"), "utf8");
      expect(report).toContain("hardpan/dhi-node:24-debian13");
    },
    long,
  );
});

/** Packs a copy of the checkout: packing writes into it. */
async function packInto(folder: string): Promise<void> {
  const copy = join(folder, "checkout");
  await mkdir(copy);
  for (const name of await readdir(root)) {
    if (name === "node_modules") await symlink(join(root, name), join(copy, name));
    else if (!/^(\.git|\.cache|dist|hardpan-trial)$/.test(name))
      await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await execute("npm", ["pack", "--pack-destination", folder], { cwd: copy });
}
