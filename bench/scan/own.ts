import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Measurement, runMeasured } from "./measurement.ts";
import type { Work } from "./worker.ts";

const worker = fileURLToPath(new URL("./worker.ts", import.meta.url));
const smallHeap = new URL("../../test/support/small-heap.ts", import.meta.url).href;
const program = fileURLToPath(new URL("../../bin/hardpan.js", import.meta.url));

/** Does `work` in a process of its own, whose start is not counted. */
export async function inProcess(work: Work): Promise<Measurement> {
  // As the command line has it: the young generation stays small, and what was compiled is kept.
  const { stdout } = await runMeasured({
    file: process.execPath,
    args: ["--import", smallHeap, worker, JSON.stringify(work)],
    environment: { NODE_COMPILE_CACHE: join(tmpdir(), "hardpan-bench-compile") },
  });
  return JSON.parse(stdout);
}

/** The whole command `hardpan sbom`, with a cache in which nothing was scanned before, in the folder `home`. */
export async function wholeCommand(reference: string, home: string): Promise<Measurement> {
  const cache = join(home, "hardpan");
  // What Node has compiled is kept, as it is where Hardpan has run before.
  for (const name of await readdir(cache).catch(() => [])) {
    if (name !== "compile") await rm(join(cache, name), { recursive: true });
  }
  return await runMeasured({
    file: process.execPath,
    args: [program, "sbom", reference, "--platform", "linux/amd64", "--format", "cyclonedx", "--quiet"],
    environment: { XDG_CACHE_HOME: home },
  });
}
