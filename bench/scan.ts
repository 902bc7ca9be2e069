import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createGunzip } from "node:zlib";
import { openLayout, writeLayout } from "../src/content/layout.ts";
import { openImage } from "../src/facts/image.ts";
import { digestHex } from "../src/oci/digest.ts";
import { scanImage } from "../src/scan/scan.ts";
import { median, milliseconds, type Result, report } from "./support/measure.ts";

/**
 * Compares a scan of an OCI layout on disk with the least any scan has to do: hash the compressed layers, unpack them,
 * step over the tar headers, one after the other. Medians of five, each in a process of its own: at most 1.3 times as
 * long, and at most 200 MB. `node bench/scan.ts [DIRECTORY]`: a layout, by default one of the conventional image.
 */
const budget = { ratio: 1.3, peakMegabytes: 200 };
const rounds = 5;
const platform = { os: "linux", architecture: "amd64" };

const [first, second, third = ""] = process.argv.slice(2);
if (first === "--worker") console.log(JSON.stringify(await (second === "scan" ? scan : leastWork)(third)));
else if (first !== undefined) report(...(await compare(first)));
else await withConventionalImage(async (directory) => report(...(await compare(directory))));

interface Measurement {
  readonly milliseconds: number;
  /** Processor time of all threads. */
  readonly busyMilliseconds: number;
  readonly peakMegabytes: number;
}

/** What building an image takes is loaded here only: it is no part of a scan, whose memory is measured. */
async function withConventionalImage(use: (directory: string) => Promise<void>): Promise<void> {
  const { copy } = await import("../src/content/copy.ts");
  const { openReference } = await import("../src/flow/reference.ts");
  const { benchPorts } = await import("./support/plan.ts");
  const scratch = await mkdtemp(join(tmpdir(), "hardpan-bench-"));
  try {
    const reference = "baseline://node:24-trixie-slim";
    await using opened = await openReference(reference, { platform: "linux/amd64" }, await benchPorts());
    const { source, descriptor } = opened;
    const directory = join(scratch, "layout");
    await writeLayout(directory, async (layout) => {
      await copy(source, layout, { reference: descriptor, targetReferences: ["bench"] });
    });
    await use(directory);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function compare(directory: string): Promise<readonly Result[]> {
  const least: Measurement[] = [];
  const scans: Measurement[] = [];
  for (let round = 0; round < rounds; round++) {
    least.push(await inProcess("least", directory));
    scans.push(await inProcess("scan", directory));
  }
  const ratio = time(scans) / time(least);
  const peak = Math.max(...scans.map((one) => one.peakMegabytes));
  const unit = "× sha256 + gunzip + tar headers";
  const detail = `${shown(scans)} against ${shown(least)}`;
  return [
    { name: "scan of a layout", measured: ratio, budget: budget.ratio, unit, detail },
    {
      name: "scan of a layout, memory",
      measured: peak,
      budget: budget.peakMegabytes,
      unit: "MB",
      detail: "peak of five",
    },
  ];
}

function time(all: readonly Measurement[]): number {
  return median(all.map((one) => one.milliseconds));
}

function shown(all: readonly Measurement[]): string {
  return `${milliseconds(time(all))}, ${milliseconds(median(all.map((one) => one.busyMilliseconds)))} of processor`;
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
    const image = await openImage(source, reference, { platform });
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
