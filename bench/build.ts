import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readAr } from "../src/archive/ar-read.ts";
import { gunzipBytes } from "../src/archive/gzip.ts";
import { unxzBytes } from "../src/archive/xz.ts";
import { openCache } from "../src/cache/cache.ts";
import { cacheDirectory } from "../src/cli/context.ts";
import { copy } from "../src/content/copy.ts";
import { createDiscardTarget } from "../src/content/discard.ts";
import { composeImage, type ImagePlan } from "../src/image/build.ts";
import { assembleIndex, builtSource } from "../src/image/built.ts";
import { buildImage } from "../src/image/image-record.ts";
import { createPackings } from "../src/image/layer/fragment.ts";
import { hardpan } from "./support/command.ts";
import { makeLocalMirror } from "./support/local-mirror.ts";
import { median, milliseconds, type Result, report, timed } from "./support/measure.ts";
import { benchPlan } from "./support/plan.ts";

/**
 * Budgets of building node:24-debian13 for linux/amd64, as ratios within one run:
 * - the image composed anew from cached fragments and layers, and audited, into a target that discards: at most 2 ×
 *   hashing the same bytes
 * - the image found in the cache, where the same plan was built before: at most 0.05 × hashing its bytes
 * - the whole command, warm: at most 0.6 s
 * - the image function, cold but with its inputs cached: at most 1.3 × single-threaded xz, sha256 and gzip of the same bytes
 * - its packages, cold: at most 1/4 of mmdebstrap --variant=extract of the same list from a local mirror
 */
const scratch = await mkdtemp(join(tmpdir(), "hardpan-bench-"));
try {
  const plan = await benchPlan();
  report(...(await warmFunction(plan)));
  report(await wholeCommand(), await coldFunction(plan), await packagesAlone(plan));
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function warmFunction(plan: ImagePlan): Promise<readonly Result[]> {
  const cache = await openCache(cacheDirectory(process.env));
  const packing = createPackings(cache)[plan.definition.compression ?? "gzip"];
  const once = async () => {
    const built = assembleIndex([(await composeImage(plan, packing)).image], {});
    const target = createDiscardTarget();
    await copy(builtSource(built, cache), target, { reference: built.index.descriptor });
    return built;
  };
  const find = async () => {
    if (!(await buildImage(plan, createPackings(cache))).known) throw new Error("the image was not found");
  };
  // Warm also means compiled: the first rounds of a process are the interpreter's.
  await buildImage(plan, createPackings(cache));
  for (let round = 0; round < 5; round++) await once().then(find);
  const built = await once();
  const chunks: Uint8Array[] = [];
  for (const layer of built.images[0]?.layers ?? []) {
    for (const part of layer.parts) chunks.push((await cache.read(part.sha256)) ?? new Uint8Array());
  }
  const ours: number[] = [];
  const finding: number[] = [];
  const hashing: number[] = [];
  for (let round = 0; round < 21; round++) {
    ours.push(await timed(once));
    finding.push(await timed(find));
    hashing.push(
      await timed(async () => {
        for (const chunk of chunks) createHash("sha256").update(chunk).digest();
      }),
    );
  }
  const against = (name: string, times: readonly number[], budget: number) => {
    const [a, b] = [median(times), median(hashing)];
    const detail = `${milliseconds(a)} against ${milliseconds(b)}`;
    return { name, measured: a / b, budget, unit: "× hashing", detail };
  };
  return [against("image function, warm", ours, 2), against("image function, built before", finding, 0.05)];
}

async function wholeCommand() {
  const run = async () => void hardpan(["build", "node:24-debian13", "--platform", "linux/amd64", "--quiet"]);
  await run();
  const times: number[] = [];
  for (let round = 0; round < 5; round++) times.push(await timed(run));
  return {
    name: "whole command, warm",
    measured: median(times) / 1000,
    budget: 0.6,
    unit: "s",
    detail: times.map(milliseconds).join(", "),
  };
}

/** An empty cache that holds nothing but the inputs of `plan`. */
async function inputsOnly(plan: ImagePlan, name: string) {
  const warm = await openCache(cacheDirectory(process.env));
  const cache = await openCache(join(scratch, name));
  const inputs = [...plan.packages, ...plan.npm];
  if (plan.certificates !== null) inputs.push({ sha256: plan.certificates } as never);
  for (const { sha256 } of inputs) await cache.write([(await warm.read(sha256)) ?? new Uint8Array()]);
  return cache;
}

async function coldFunction(plan: ImagePlan) {
  const ours: number[] = [];
  for (let round = 0; round < 3; round++) {
    const cache = await inputsOnly(plan, `cold-${round}`);
    ours.push(await timed(async () => await buildImage(plan, createPackings(cache))));
  }
  const sum = await timed(async () => await sameWorkSingleThreaded(plan));
  const a = median(ours);
  return {
    name: "image function, cold",
    measured: a / sum,
    budget: 1.3,
    unit: "× xz + sha256 + gzip",
    detail: `${milliseconds(a)} against ${milliseconds(sum)}`,
  };
}

/** Unpacks, hashes and compresses the bytes a cold build has to, one after the other. */
async function sameWorkSingleThreaded(plan: ImagePlan): Promise<void> {
  const cache = await openCache(cacheDirectory(process.env));
  const limit = { limit: 2 ** 31, what: "an input" };
  for (const { sha256 } of plan.packages) {
    const deb = (await cache.read(sha256)) ?? new Uint8Array();
    const data = readAr(deb, { what: "a package" }).find(({ name }) => name.startsWith("data.tar"));
    const tar = await unxzBytes(data?.content ?? new Uint8Array(), limit);
    hashAndCompress(tar);
  }
  for (const { sha256 } of plan.npm)
    hashAndCompress(await gunzipBytes((await cache.read(sha256)) ?? new Uint8Array(), limit));
}

function hashAndCompress(tar: Uint8Array): void {
  createHash("sha256").update(tar).digest();
  createHash("sha256")
    .update(gzipSync(tar, { level: 6 }))
    .digest();
}

async function packagesAlone(whole: ImagePlan) {
  const name = "packages alone, cold";
  // Nothing is started in it, as the program is not there.
  const definition = { ...whole.definition, entrypoint: [], cmd: [] };
  const plan: ImagePlan = { ...whole, definition, npm: [] };
  if (spawnSync("mmdebstrap", ["--version"]).status !== 0) return { name, skipped: "mmdebstrap is not installed" };
  const mirror = join(scratch, "mirror");
  await mkdir(mirror);
  const include = await makeLocalMirror(mirror);
  const peers: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < 3; round++) {
    const cache = await inputsOnly(plan, `packages-${round}`);
    ours.push(await timed(async () => await buildImage(plan, createPackings(cache))));
    const config = join(scratch, "sources.list");
    await writeFile(config, `deb [trusted=yes] copy:${mirror} trixie main\n`);
    const args = ["--variant=extract", `--include=${include.join(",")}`, "trixie", join(scratch, "peer.tar"), config];
    peers.push(
      await timed(async () => {
        const result = spawnSync("mmdebstrap", ["--quiet", ...args], { encoding: "utf8" });
        if (result.status !== 0) throw new Error(result.stderr);
      }),
    );
  }
  const [a, b] = [median(ours), median(peers)];
  return {
    name,
    measured: a / b,
    budget: 0.25,
    unit: "× mmdebstrap",
    detail: `${milliseconds(a)} against ${milliseconds(b)}`,
  };
}
