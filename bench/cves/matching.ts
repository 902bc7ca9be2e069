import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { runMeasured } from "../scan/measurement.ts";
import { median, milliseconds, type Result } from "../support/measure.ts";
import { benchIndex } from "./data.ts";
import { packagesOfIndex, type Upkeep } from "./packages.ts";

const worker = fileURLToPath(new URL("./worker.ts", import.meta.url));

/** What the worker prints. */
export interface Matched {
  readonly milliseconds: number;
  /** Milliseconds that it took of a processor, whatever else the machine does. */
  readonly processor: number;
  readonly peakMegabytes: number;
  readonly packages: number;
  readonly findings: number;
}

/**
 * Opening the index and matching 1,000 packages of many kinds, in a fresh process: those of an image that is kept up to date,
 * every fifth of which lags behind, and, for comparison, those of one that is years behind, with twice the time.
 */
export async function matchingTimes(feeds: string): Promise<readonly Result[]> {
  const index = await benchIndex(feeds);
  return [
    ...(await matchingOf(index, { upkeep: "kept", budget: 100 })),
    ...(await matchingOf(index, { upkeep: "behind", budget: 200 })),
  ];
}

async function matchingOf(
  index: string,
  { upkeep, budget }: { readonly upkeep: Upkeep; readonly budget: number },
): Promise<readonly Result[]> {
  const bill = `${index}-${upkeep}.json`;
  const names = new DatabaseSync(index, { readOnly: true });
  await writeFile(bill, JSON.stringify(packagesOfIndex(names, { count: 1000, upkeep })));
  names.close();
  const runs: Matched[] = [];
  for (let i = 0; i < 5; i++) {
    const { stdout } = await runMeasured({
      file: process.execPath,
      args: [worker, index, bill],
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
  const name = `matching 1,000 packages ${upkeep === "kept" ? "kept up to date" : "years behind"}`;
  return [
    { name, measured: time, budget, unit: "ms", detail },
    { name: `${name}, memory`, measured: memory, budget: 120, unit: "MB", detail },
  ];
}
