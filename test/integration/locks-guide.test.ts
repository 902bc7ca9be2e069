import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, hardpan, hardpanJson, type Json, root, sharedCache } from "../support/cli.ts";
import { long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const node = "node:24-debian13";
const nobody = { HARDPAN_DEBIAN_MIRROR: "http://127.0.0.1:9/debian", npm_config_registry: "http://127.0.0.1:9/" };

describe.skipIf(missing !== null)(titled("docs/guides/locks.md", missing), () => {
  let folder = "";
  let digest = "";
  let lock: Json;
  const at = (...names: readonly string[]) => join(folder, ...names);
  const build = ["build", node, "--platform", "linux/amd64", "--lock-file"];

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    lock = await hardpanJson(["lock", node, "--platform", "linux/amd64", "--output", at("node.lock.json")]);
    digest = (await hardpanJson([...build, at("node.lock.json")])).digest;
  }, long);
  afterAll(async () => await removeFolder(folder));

  it(
    "collects the inputs of a lock, with which it builds where nothing else answers",
    async () => {
      const [script = ""] = (await blocks()).filter((block) => block.includes("mkdir -p inputs/sha256"));
      await execute("sh", ["-c", script], { cwd: folder, environment: { XDG_CACHE_HOME: sharedCache } });
      const environment = { ...nobody, HARDPAN_INPUT_MIRROR: "inputs" };
      const options = { cwd: folder, cache: at("empty"), environment };
      expect((await hardpanJson([...build, "node.lock.json"], options)).digest).toBe(digest);
    },
    long,
  );

  it(
    "says what is missing, all of it, and each with its hash",
    async () => {
      const [kept, ...others] = lock.platforms["linux/amd64"].packages;
      await mkdir(at("few", "sha256"), { recursive: true });
      const blob = join(sharedCache, "hardpan", "blobs", kept.sha256.slice(0, 2), kept.sha256);
      await copyFile(blob, at("few", "sha256", kept.sha256));
      const environment = { ...nobody, HARDPAN_INPUT_MIRROR: at("few") };
      const options = { cwd: folder, cache: at("another"), environment };
      const { exitCode, stderr } = await hardpan([...build, "node.lock.json"], options);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("(FLOW_INPUT_MISSING)");
      const told = [...others, ...lock.platforms["linux/amd64"].npm];
      for (const { name, version, sha256 } of told) {
        expect(stderr).toMatch(new RegExp(`${escaped(name)}[ @]${escaped(version)}.* SHA-256 ${sha256}`));
      }
      expect(stderr).not.toContain(kept.sha256);
    },
    long,
  );

  it("names commands and options that there are", async () => {
    const lines = (await blocks()).join("\n").split("\n");
    const commands = lines
      .flatMap((line) => /(?:^| )hardpan (\w+) ([^#]*)/.exec(line) ?? [])
      .filter((_, i) => i % 3 > 0);
    for (let place = 0; place < commands.length; place += 2) {
      const { stdout } = await hardpan([commands[place] ?? "", "--help"]);
      for (const [option] of (commands[place + 1] ?? "").matchAll(/--[a-z-]+/g)) expect(stdout).toContain(`${option} `);
    }
    expect(commands.length).toBeGreaterThan(6);
  });
});

/** The shell commands of the guide. */
async function blocks(): Promise<readonly string[]> {
  const text = await readFile(join(root, "docs", "guides", "locks.md"), "utf8");
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
}

function escaped(text: string): string {
  return text.replace(/[.+]/g, "\\$&");
}
