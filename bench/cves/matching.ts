import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runMeasured } from "../scan/measurement.ts";
import { median, milliseconds, type Result } from "../support/measure.ts";
import { benchIndex } from "./data.ts";

const worker = fileURLToPath(new URL("./worker.ts", import.meta.url));
const smallHeap = new URL("../../test/support/small-heap.ts", import.meta.url).href;

/** What the worker prints. */
export interface Matched {
  readonly milliseconds: number;
  /** Milliseconds that it took of a processor, whatever else the machine does. */
  readonly processor: number;
  readonly peakMegabytes: number;
  readonly packages: number;
  readonly findings: number;
}

/** Opening the index and matching 1,000 packages of many kinds, in a fresh process. */
export async function matchingTimes(feeds: string): Promise<readonly Result[]> {
  const index = await benchIndex(feeds);
  const runs: Matched[] = [];
  for (let i = 0; i < 5; i++) {
    const { stdout } = await runMeasured({
      file: process.execPath,
      args: ["--import", smallHeap, worker, index],
      environment: { NODE_COMPILE_CACHE: join(tmpdir(), "hardpan-bench-compile") },
    });
    runs.push(JSON.parse(stdout));
  }
  const time = median(runs.map((run) => run.milliseconds));
  const memory = median(runs.map((run) => run.peakMegabytes));
  const processor = median(runs.map((run) => run.processor));
  const [first] = runs;
  const found = `${first?.packages} packages, ${first?.findings} findings`;
  const detail = `${found}, ${milliseconds(time)}, ${milliseconds(processor)} of a processor`;
  return [
    { name: "matching 1,000 packages", measured: time, budget: 100, unit: "ms", detail },
    { name: "matching 1,000 packages, memory", measured: memory, budget: 120, unit: "MB", detail },
  ];
}
