import { readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { execute, hardpanJson, root } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { long, missingNetwork, newFolder, removeFolder, thorough, titled } from "./shared.ts";

const missing = (await missingNetwork()) ?? (dockerProgram === null ? "needs a docker engine" : null);

/** What cannot be pasted as it stands, and why. */
const partly: Readonly<Record<string, string>> = {
  composer: "is for the folder of a project",
  curl: "fetches a page of the Internet",
  elixir: "opens a shell at a terminal",
  "erlang-otp": "opens a shell at a terminal",
  git: "is for the folder of a repository",
  maven: "is for the folder of a project",
  "openssh-server": "asks whether a host's key is to be trusted",
};

const folder = join(root, "catalog", "image");
const overviews = readdirSync(folder).flatMap((name) => {
  const text = readFileSync(join(folder, name, "overview.md"), "utf8");
  const script = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block).join("");
  return script === "" ? [] : [{ name, script }];
});
const followed = overviews.filter(({ name }) => (thorough ? !(name in partly) : ["lua", "valkey"].includes(name)));

describe.skipIf(missing !== null)(titled("the commands of overview.md", missing), () => {
  const docker = openDocker();
  let place = "";
  let script = "";
  const found = async (...args: readonly string[]) =>
    new Set((await docker.command(...args)).split("\n").filter(Boolean));
  const volumesOf = (text: string) =>
    new Set([...text.matchAll(/--volume ([a-z][\w-]*):/g)].map(([, name = ""]) => name));
  const networksOf = (text: string) => [...text.matchAll(/network create ([\w-]+)/g)].map(([, name = ""]) => name);
  const imagesOf = (text: string) => [...new Set(text.match(/\bhardpan\/dhi-[a-z\d-]+:[\w.-]+/g))];

  beforeAll(async () => {
    place = await newFolder();
  });
  afterEach(async () => {
    for (const image of imagesOf(script)) {
      for (const id of await found("ps", "--all", "--quiet", "--filter", `ancestor=${image}`))
        await docker.command("rm", "--force", "--volumes", id);
    }
    for (const name of volumesOf(script)) await docker.command("volume", "rm", "--force", name);
    for (const name of networksOf(script)) await docker.command("network", "rm", name);
  }, 120_000);
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    await removeFolder(place);
  }, 120_000);

  it.each(followed)(
    "do what they say of $name",
    async (overview) => {
      script = "";
      const own = await found("volume", "ls", "--quiet");
      expect([...volumesOf(overview.script)].filter((name) => own.has(name))).toEqual([]);
      script = overview.script;
      const here = await found("image", "ls", "--format", "{{.Repository}}:{{.Tag}}");
      for (const image of imagesOf(script).filter((one) => !here.has(one))) {
        const reference = image.replace("hardpan/dhi-", "");
        const target = `local://${docker.willRemove(image)}`;
        await hardpanJson(["build", reference, "--platform", "linux/amd64", "--output", target]);
      }
      const cwd = join(place, overview.name);
      await mkdir(cwd);
      await execute("bash", ["-c", 'cd "$0" && exec timeout 300 bash -ex -c "$1" 2>&1', cwd, script]);
    },
    long,
  );
});
