import { setTimeout as wait } from "node:timers/promises";
import type { Cgroup } from "./cgroup.ts";
import type { LimitName, SandboxLimits } from "./limits.ts";
import { processTree, unnamedBytes } from "./processes.ts";
import { measure, type Usage, used } from "./usage.ts";

/** What is watched, and for what. */
export interface WatchOptions {
  /** The sandbox's first process. */
  readonly top: number;
  readonly limits: SandboxLimits;
  readonly cgroup: Cgroup | null;
  /** Folders the step can write to. */
  readonly folders: readonly string[];
  /** What they held before it. */
  readonly before: Usage;
  /** Ends the watch, as when the step has ended. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks. */
const pause = 100;

/** Watches a step until it passes a limit, and says which; null when the watch was ended. Wall time is not its affair. */
export async function watchStep(options: WatchOptions): Promise<LimitName | null> {
  const first = await Promise.race([watchProcesses(options), watchDisk(options)]);
  return first ?? options.cgroup?.exceeded() ?? null;
}

/** What no control group keeps is counted. */
async function watchProcesses({ top, limits, cgroup, signal }: WatchOptions): Promise<LimitName | null> {
  const countProcesses = cgroup?.keeps.has("processes") !== true;
  const countMemory = cgroup?.keeps.has("memory") !== true;
  while (!signal.aborted) {
    const met = cgroup?.exceeded() ?? null;
    if (met !== null) return met;
    if (countProcesses || countMemory) {
      const tree = processTree(top);
      const sum = (key: "threads" | "resident") => tree.reduce((total, state) => total + state[key], 0);
      if (countProcesses && sum("threads") > limits.processes + 1) return "processes";
      if (countMemory && sum("resident") > limits.memory) return "memory";
    }
    await wait(pause, undefined, { signal }).catch(() => {});
  }
  return null;
}

/**
 * Looking at every file takes long, so it is done when a file system has lost as much room as would matter, whoever took
 * it, and now and then all the same, as others may have given room back.
 */
async function watchDisk({ top, limits, folders, before, signal }: WatchOptions): Promise<LimitName | null> {
  const start = folders.map(used);
  const grown = (since: readonly number[]) => Math.max(...folders.map((folder, at) => used(folder) - (since[at] ?? 0)));
  let last = start;
  let rest = 0;
  for (let ended = false; !ended; ) {
    await wait(pause, undefined, { signal }).catch(() => {});
    ended = signal.aborted;
    rest--;
    if (grown(last) < limits.written / 8 && (rest > 0 || ended)) continue;
    last = folders.map(used);
    const { bytes, names, complete } = await measure(folders);
    const written = bytes - before.bytes + unnamedBytes(processTree(top));
    if (written > limits.written || (!complete && grown(start) > limits.written)) return "written";
    // Some 300 files take a tenth of a pause.
    rest = Math.max(20, names / 300);
  }
  return null;
}
