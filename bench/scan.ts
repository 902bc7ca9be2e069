import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";
import { openLayout } from "../src/content/layout.ts";
import { openImage } from "../src/facts/image.ts";
import { digestHex } from "../src/oci/digest.ts";
import { scanImage } from "../src/scan/scan.ts";

/**
 * Compares a scan of an OCI layout on disk with the least any scan has to do: hash the compressed layers, unpack them,
 * step over the tar headers, one after the other. `node bench/scan.ts DIRECTORY [REFERENCE]` prints both as medians of
 * five, each in a process of its own, and exits 1 when the scan takes more than 1.3 times as long or over 200 MB.
 */
const budget = { ratio: 1.3, peakMegabytes: 200 };
const rounds = 5;

const [first = "", second = "", third = ""] = process.argv.slice(2);
if (first === "--worker") console.log(JSON.stringify(await (second === "scan" ? scan : leastWork)(third)));
else if (first === "") fail("usage: node bench/scan.ts DIRECTORY\n");
else await compare(first);

interface Measurement {
  readonly milliseconds: number;
  /** Processor time of all threads. */
  readonly busyMilliseconds: number;
  readonly peakMegabytes: number;
}

async function compare(directory: string): Promise<void> {
  const least: Measurement[] = [];
  const scans: Measurement[] = [];
  for (let round = 0; round < rounds; round++) {
    least.push(await inProcess("least", directory));
    scans.push(await inProcess("scan", directory));
  }
  const ratio = time(scans) / time(least);
  const peak = Math.max(...scans.map((one) => one.peakMegabytes));
  console.log(`least work  ${shown(least)} (sha256 + gunzip + tar headers, one after the other)`);
  console.log(`scan        ${shown(scans)}, peak ${peak.toFixed(0)} MB`);
  console.log(`ratio       ${ratio.toFixed(2)} (at most ${budget.ratio}), peak at most ${budget.peakMegabytes} MB`);
  if (ratio > budget.ratio || peak > budget.peakMegabytes) fail("over budget\n");
}

function time(all: readonly Measurement[]): number {
  return median(all.map((one) => one.milliseconds));
}

function shown(all: readonly Measurement[]): string {
  const busy = median(all.map((one) => one.busyMilliseconds));
  return `${time(all).toFixed(0)} ms, processor ${busy.toFixed(0)} ms`;
}

async function inProcess(work: "least" | "scan", directory: string): Promise<Measurement> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(import.meta.url),
    "--worker",
    work,
    directory,
  ]);
  const result: Measurement = JSON.parse(stdout);
  return result;
}

async function scan(directory: string): Promise<Measurement> {
  const source = await openLayout(directory);
  const reference = await onlyImage(directory);
  return await measured(async () => {
    const image = await openImage(source, reference, { platform: { os: "linux", architecture: "amd64" } });
    await scanImage(source, image, { reference });
  });
}

async function leastWork(directory: string): Promise<Measurement> {
  const source = await openLayout(directory);
  const image = await openImage(source, await onlyImage(directory), {
    platform: { os: "linux", architecture: "amd64" },
  });
  return await measured(async () => {
    for (const layer of image.manifest.layers) {
      const path = join(directory, "blobs", "sha256", digestHex(layer.digest));
      const hash = createHash("sha256");
      for await (const chunk of chunksOf(path)) hash.update(chunk);
      hash.digest();
      const walk = headerWalk();
      for await (const chunk of chunksOf(path).pipe(createGunzip({ chunkSize: 1 << 18 }))) walk(chunk);
    }
  });
}

function chunksOf(path: string) {
  return createReadStream(path, { highWaterMark: 1 << 20 });
}

/** Steps from header to header of a tar stream by their sizes. */
function headerWalk(): (chunk: Uint8Array) => void {
  let skip = 0;
  let rest: Uint8Array = new Uint8Array(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = skip;
    for (; at + 512 <= bytes.length; ) {
      const size = Number.parseInt(Buffer.from(bytes.subarray(at + 124, at + 136)).toString("latin1"), 8);
      at += 512 + Math.ceil((Number.isNaN(size) ? 0 : size) / 512) * 512;
    }
    rest = at < bytes.length ? bytes.subarray(at) : new Uint8Array(0);
    skip = at > bytes.length ? at - bytes.length : 0;
  };
}

async function measured(work: () => Promise<void>): Promise<Measurement> {
  const start = performance.now();
  const busy = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(busy);
  return {
    milliseconds: performance.now() - start,
    busyMilliseconds: (user + system) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}

/** The digest of the first image in the layout's index. */
async function onlyImage(directory: string): Promise<string> {
  const index: { manifests: { digest: string }[] } = JSON.parse(await readFile(join(directory, "index.json"), "utf8"));
  return index.manifests[0]?.digest ?? "";
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function fail(message: string): never {
  process.stderr.write(message);
  process.exit(1);
}
