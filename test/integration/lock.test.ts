import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { schemaProblems } from "./json-schema.ts";
import { cacheOfInputs, catalogWith, long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const node = "node:24-debian13";
const platform = "linux/amd64";

describe.skipIf(missing !== null)(titled("a lock", missing), () => {
  let folder = "";
  let catalog = "";
  const at = (...names: readonly string[]) => join(folder, ...names);
  const definition = () => join(catalog, "image", "node", "debian-13", "24.yaml");

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    catalog = await catalogWith(folder, (text) => text);
  }, long);
  afterAll(async () => await removeFolder(folder));

  it("is written beside the definition, and used from there", async () => {
    const { stdout, exitCode } = await hardpan(["lock", node, "--catalog", catalog]);
    const file = definition().replace(/\.yaml$/, ".lock.json");
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(file) });
    const lock = JSON.parse(await readFile(file, "utf8"));
    const built = await hardpanJson([
      "build",
      node,
      "--catalog",
      catalog,
      "--locked",
      "--write-lock",
      at("again.json"),
    ]);
    expect(JSON.parse(await readFile(at("again.json"), "utf8"))).toEqual(lock);
    expect(built.platforms.map((item: Json) => item.platform)).toEqual(Object.keys(lock.platforms));
  });

  it("is renewed and built from by --update, as by lock and build --locked", async () => {
    const file = definition().replace(/\.yaml$/, ".lock.json");
    const args = [node, "--catalog", catalog, "--platform", platform];
    await hardpanJson(["lock", node, "--catalog", catalog]);
    const lock = await readFile(file, "utf8");
    const locked = await hardpanJson(["build", ...args, "--locked"]);
    await rm(file);
    const updated = await hardpanJson(["build", ...args, "--update"]);
    expect(updated.digest).toBe(locked.digest);
    expect(await readFile(file, "utf8")).toBe(lock);
  });

  it("that is out of date is told so, with the exit code of a gate on request", async () => {
    const file = definition().replace(/\.yaml$/, ".lock.json");
    const args = ["outdated", node, "--catalog", catalog];
    const current = await hardpan([...args, "--exit-code"]);
    expect(current).toMatchObject({ exitCode: 0, stdout: "node:24-debian13: up to date\n" });
    const lock = await readFile(file, "utf8");
    const old = JSON.parse(lock);
    const [libc] = old.platforms[platform].packages.filter(({ name }: Json) => name === "libc6");
    Object.assign(libc, { version: "2.0-1", sha256: "0".repeat(64) });
    await writeFile(file, JSON.stringify(old));
    const report = await hardpanJson(args);
    expect(schemaProblems("outdated", report)).toEqual([]);
    expect(report.images[0]).toMatchObject({ outdated: true, packages: [{ package: "libc6", locked: "2.0-1" }] });
    expect(await hardpan([...args, "--exit-code"])).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(/outdated\n {2}libc6 {2}2\.0-1 → 2\.\d/),
    });
    await writeFile(file, lock);
  });

  it("that is to be used is not made anew", async () => {
    for (const option of [["--locked"], ["--lock-file", at("node.lock.json")]]) {
      const { stderr, exitCode } = await hardpan(["build", node, "--update", ...option]);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("(CLI_USAGE)") });
    }
  });

  it("that is not there is asked for", async () => {
    const { stderr, exitCode } = await hardpan(["build", node, "--lock-file", at("none.json")]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(at("none.json")) });
    expect(stderr).toContain("(FLOW_INPUT_MISSING");
  });

  it("of another state of the definition is refused", async () => {
    await appendFile(definition(), "# changed\n");
    const { stderr, exitCode } = await hardpan(["build", node, "--catalog", catalog, "--locked"]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("(FLOW_LOCK_STALE)") });
  });

  it(
    "builds the same image in two processes at once on one empty cache",
    async () => {
      const file = at("node.lock.json");
      const lock = await hardpanJson(["lock", node, "--platform", platform, "--output", file]);
      const cache = await cacheOfInputs(lock, at("cache"));
      const build = ["build", node, "--platform", platform, "--lock-file", file];
      const [warm, ...both] = await Promise.all([
        hardpanJson(build),
        ...["one", "two"].map(
          async (name) => await hardpanJson([...build, "--output", `oci-dir://${at(name)}`], { cache }),
        ),
      ]);
      expect(both.map(({ digest }) => digest)).toEqual([warm.digest, warm.digest]);
      const again = await hardpanJson([...build, "--offline"], { cache });
      expect(again.digest).toBe(warm.digest);
    },
    long,
  );
});
