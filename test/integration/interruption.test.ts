import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliOptions, hardpan, hardpanJson, type Json, olderNode, startHardpan } from "../support/cli.ts";
import { cacheOfInputs, long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const older = olderNode();
const noOlder = older === null ? "no Node from 20 to 24.14 in /usr/bin" : null;

describe.skipIf(missing !== null)(titled("Ctrl-C", missing), () => {
  let folder = "";
  let lock: Json;
  const at = (name: string) => join(folder, name);
  const locked = () => ["build", "node:24-debian13", "--lock-file", at("node.lock.json")];

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    lock = await hardpanJson(["lock", "node:24-debian13", "--output", at("node.lock.json")]);
  }, long);
  afterAll(async () => await removeFolder(folder));

  /** Interrupts a build when its progress says `step`; checks how it ended and what is left beside its output. */
  async function interrupt(
    step: string,
    { output, ...options }: CliOptions & { readonly output: string; readonly cache: string },
  ): Promise<void> {
    const build = [...locked(), "--output", `oci-dir://${join(output, "layout")}`];
    const { child, saw, finished } = startHardpan(build, options);
    await saw(step);
    child.kill("SIGINT");
    const { exitCode, stderr, stdout } = await finished;
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
    expect(stderr).toMatch(/^interrupted$/m);
    expect(await readdir(output).catch(() => [])).toEqual([]);
    expect(await readdir(join(options.cache, "hardpan", "partial")).catch(() => [])).toEqual([]);
    expect(await hardpan(build, options)).toMatchObject({ exitCode: 0 });
    expect(await readdir(output)).toEqual(["layout"]);
  }

  it(
    "in the middle of a build ends it with 130, leaves nothing behind, and the next run works",
    async () => {
      const cache = await cacheOfInputs(lock, at("cache"));
      await interrupt("building", { output: at("interrupted"), cache });
    },
    long,
  );

  it("while writing leaves no half-written layout", async () => {
    const output = at("while-writing");
    const { child, saw, finished } = startHardpan([...locked(), "--output", `oci-dir://${join(output, "layout")}`]);
    await saw("writing");
    child.kill("SIGINT");
    const { exitCode } = await finished;
    // The signal may come when everything is written: then the layout is whole.
    expect([0, 130]).toContain(exitCode);
    const left: readonly string[] = await readdir(output).catch(() => []);
    expect(left).toEqual(exitCode === 0 ? ["layout"] : []);
  });

  it("while an archive is written leaves no half-written file", async () => {
    const output = at("while-archiving");
    const { child, saw, finished } = startHardpan([...locked(), "--output", `archive://${join(output, "node.tar")}`]);
    await saw("writing");
    child.kill("SIGINT");
    const { exitCode } = await finished;
    expect([0, 130]).toContain(exitCode);
    const left: readonly string[] = await readdir(output).catch(() => []);
    expect(left).toEqual(exitCode === 0 ? ["node.tar"] : []);
  });

  it(
    "while downloading ends it, and the next run goes on",
    async () => {
      const cache = at("downloading");
      const { child, saw, finished } = startHardpan(["lock", "node:24-debian13", "--output", at("next.json")], {
        cache,
      });
      await saw("reading the archive");
      child.kill("SIGINT");
      expect(await finished).toMatchObject({ exitCode: 130, stdout: "" });
      expect(await readdir(folder)).not.toContain("next.json");
      const again = await hardpan(["lock", "node:24-debian13", "--output", at("next.json")], { cache });
      expect(again).toMatchObject({ exitCode: 0 });
    },
    long,
  );

  it.skipIf(noOlder !== null)(
    titled("reaches the build when an older Node has started it", noOlder),
    async () => {
      const cache = await cacheOfInputs(lock, at("older"));
      await interrupt("building", { output: at("interrupted-older"), cache, node: older ?? "" });
    },
    long,
  );
});
