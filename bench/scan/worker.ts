import { join } from "node:path";
import { openCache } from "../../src/cache/cache.ts";
import { openLayout } from "../../src/content/layout.ts";
import { openImage } from "../../src/facts/image.ts";
import { scanImage } from "../../src/scan/scan.ts";
import { peakMemory } from "../../test/support/peak-memory.ts";
import { leastWork } from "./least-work.ts";
import type { Measurement } from "./measurement.ts";

/** What a process of its own is to do with the only image of a layout; `cache` is a folder. */
export interface Work {
  readonly kind: "least" | "scan";
  readonly directory: string;
  readonly cache?: string;
}

// node bench/scan/worker.ts '{"kind":"scan",…}' prints a Measurement.
const work: Work = JSON.parse(process.argv[2] ?? "");
const source = await openLayout(work.directory);
const descriptor = await source.choose(null);
const image = await openImage(source, descriptor);
const cache = work.cache === undefined ? null : await openCache(work.cache);
const start = performance.now();
const busy = process.cpuUsage();
const options = { reference: descriptor.digest, ...(cache === null ? {} : { cache }) };
if (work.kind === "scan") await scanImage(source, image, options);
else await leastWork(image.manifest.layers.map(({ digest }) => join(work.directory, "blobs", ...digest.split(":"))));
const { user, system } = process.cpuUsage(busy);
const measurement: Measurement = {
  milliseconds: performance.now() - start,
  busyMilliseconds: (user + system) / 1000,
  peakMegabytes: peakMemory() ?? process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(measurement));
