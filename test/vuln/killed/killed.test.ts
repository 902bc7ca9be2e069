import { once } from "node:events";
import { copyFile, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { sealWith, unsealUnchecked } from "../../../src/flow/db/seal.ts";
import { importBundle } from "../../../src/vuln/bundle/read.ts";
import { writeBundle } from "../../../src/vuln/bundle/write.ts";
import { importAdvisories } from "../../../src/vuln/import.ts";
import { openAdvisoryIndex } from "../../../src/vuln/index/read.ts";
import { serveFolder } from "../../support/serve-folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { feedFolder, lines, now, osvDebian } from "../examples.ts";
import { killAtRandom, rounds, startChild } from "./killing.ts";

const records = 4000;
const versions = ["1.0-1", "2.0-1"];
const numbers = Array.from({ length: records }, (_, i) => i);

const feedOf = async (fixed: string) =>
  await feedFolder({
    "a.ndjson": lines(...numbers.map((i) => osvDebian(`CVE-2026-${10_000 + i}`, { [`p${i}`]: fixed, bash: fixed }))),
  });

const trackerOf = (fixed: string) => {
  const releases = { bookworm: { status: "resolved", fixed_version: fixed } };
  const issues = numbers.map((i) => [`CVE-2026-${10_000 + i}`, { releases }]);
  return JSON.stringify({
    bash: Object.fromEntries(issues),
    ...Object.fromEntries(issues.map((one, i) => [`p${i}`, Object.fromEntries([one])])),
  });
};

/** Expects the index to be whole, and of one version alone. */
function checkIndex(path: string): void {
  const index = openAdvisoryIndex(path);
  const fixes = index.debian("bash", "12").map((row) => row.fixed);
  expect(fixes).toHaveLength(records);
  expect([...new Set(fixes)]).toHaveLength(1);
  expect(versions).toContain(fixes[0]);
  expect(index.origins).toMatchObject([{ records }]);
  index.close();
}

async function setup() {
  const [folder, cache] = [await temporaryFolder(), await temporaryFolder()];
  const feeds = await Promise.all(versions.map(feedOf));
  const path = join(folder, "index.sqlite");
  await importAdvisories([feeds[0] ?? ""], path, { now });
  return { cache, feeds, path };
}

/** Expects that what killed processes left is gone after one that was not, two hours later. */
async function checkLeftovers(path: string, feed: string): Promise<void> {
  await importAdvisories([feed], path, { now: new Date(Date.now() + 7_200_000) });
  expect((await readdir(dirname(path))).sort()).toEqual(["index.sqlite", "index.sqlite.lock"]);
}

const timeout = 20_000 + rounds * 3000;

it(
  `an import killed ${rounds} times leaves the old index or the new one, whole`,
  async () => {
    const { cache, feeds, path } = await setup();
    const args = (round: number) => ["import", feeds[(round + 1) % 2] ?? "", path, cache];
    expect(await killAtRandom({ args, check: () => checkIndex(path), seed: 7 })).toBeGreaterThan(2);
    await checkLeftovers(path, feeds[0] ?? "");
  },
  timeout,
);

it(
  `an update killed ${rounds} times leaves the old index or the new one, whole`,
  async () => {
    const { cache, feeds, path } = await setup();
    const served = await temporaryFolder();
    const server = await serveFolder(served);
    onTestFinished(async () => await server.close());
    server.fault = () => ({ drip: { bytes: 40_000, every: 10 } });
    const args = async (round: number) => {
      await writeFile(join(served, "json"), trackerOf(versions[(round >> 1) % 2] ?? ""));
      return ["update", `${server.url}/json`, path, cache];
    };
    expect(await killAtRandom({ args, check: () => checkIndex(path), seed: 8 })).toBeGreaterThan(2);
    await checkLeftovers(path, feeds[0] ?? "");
  },
  timeout,
);

it(
  `the import of a bundle killed ${rounds} times leaves the old index or the new one, whole`,
  async () => {
    const { cache, feeds, path } = await setup();
    const elsewhere = await temporaryFolder();
    const bundles = versions.map((_, i) => join(elsewhere, `${i}.bundle`));
    for (const [i, bundle] of bundles.entries()) {
      const index = join(elsewhere, `${i}.sqlite`);
      await importAdvisories([feeds[i] ?? ""], index, { now });
      await writeBundle(index, bundle, { seal: sealWith(null), now });
    }
    const args = (round: number) => ["bundle", bundles[(round + 1) % 2] ?? "", path, cache];
    expect(await killAtRandom({ args, check: () => checkIndex(path), seed: 9 })).toBeGreaterThan(2);
    await checkLeftovers(path, feeds[0] ?? "");
  },
  timeout,
);

it(
  `an export killed ${rounds} times leaves the old bundle or the new one, whole`,
  async () => {
    const { cache, path } = await setup();
    const elsewhere = await temporaryFolder();
    const bundle = join(elsewhere, "a.bundle");
    const into = join(elsewhere, "index.sqlite");
    await writeBundle(path, bundle, { seal: sealWith(null), now });
    const check = async () => {
      const copy = join(elsewhere, "copy.bundle");
      await copyFile(bundle, copy);
      await importBundle(copy, into, { unseal: unsealUnchecked(copy), allowOlder: true });
      checkIndex(into);
    };
    expect(await killAtRandom({ args: () => ["export", bundle, path, cache], check, seed: 10 })).toBeGreaterThan(2);
  },
  timeout,
);

it(
  "an update killed while it fetches is gone on with by the next where it stopped",
  async () => {
    const { cache, path } = await setup();
    const served = await temporaryFolder();
    const server = await serveFolder(served);
    onTestFinished(async () => await server.close());
    await writeFile(join(served, "json"), trackerOf(versions[1] ?? ""));
    server.fault = (_, count) => (count === 1 ? { drip: { bytes: 50_000, every: 100 } } : null);
    const args = ["update", `${server.url}/json`, path, cache];
    const first = startChild(args);
    const partial = join(cache, "partial");
    await vi.waitFor(async () => expect(await sizeBelow(partial)).toBeGreaterThan(100_000), { timeout: 20_000 });
    first.kill("SIGKILL");
    await once(first, "exit");
    const kept = await sizeBelow(partial);
    await once(startChild(args), "exit");
    expect(server.requests.at(-1)?.headers.range).toBe(`bytes=${kept}-`);
    checkIndex(path);
    const index = openAdvisoryIndex(path);
    expect(index.debian("bash", "12")[0]?.fixed).toBe(versions[1]);
    index.close();
    expect(await sizeBelow(partial)).toBe(0);
  },
  timeout,
);

/** Bytes of the files in a folder. */
async function sizeBelow(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
