import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardpan, hardpanJson, type Json } from "../support/cli.ts";
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

  it("that is not there is asked for", async () => {
    const { stderr, exitCode } = await hardpan(["build", node, "--locked", at("none.json")]);
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
      const build = ["build", node, "--platform", platform, "--locked", file];
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
