import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { peakMemory } from "../../test/support/peak-memory.ts";
import { median } from "../support/measure.ts";

/** What one run of a process took. */
export interface Measurement {
  readonly milliseconds: number;
  /** Processor time of all threads; null where it is not known. */
  readonly busyMilliseconds: number | null;
  readonly peakMegabytes: number;
}

/** A program with its arguments and, on top of this process's, its variables. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a program from its start to its end; `stdout` is what it printed. Its memory is looked at a hundred times a second: the
 * kernel keeps its peak, so that only what it takes in its last moment is missed. Throws when it fails.
 */
export async function runMeasured(program: Program): Promise<Measurement & { readonly stdout: string }> {
  const start = performance.now();
  const child = spawn(program.file, [...program.args], {
    env: { ...process.env, ...program.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("error", () => resolve(null)).once("close", resolve);
  let [peak, running] = [0, true];
  const ended = promise.finally(() => {
    running = false;
  });
  while (running) {
    peak = Math.max(peak, peakMemory(child.pid ?? 0) ?? 0);
    await Promise.race([ended, pause(10)]);
  }
  const milliseconds = performance.now() - start;
  if ((await ended) !== 0) throw new Error(`${program.file} ${program.args.join(" ")} failed:\n${output.stderr}`);
  return { milliseconds, busyMilliseconds: null, peakMegabytes: peak, stdout: output.stdout };
}

/** Runs each of `tasks` in turn, `rounds` times, so that what disturbs the machine disturbs all of them. */
export async function alternating<Name extends string>(
  tasks: Readonly<Record<Name, () => Promise<Measurement>>>,
  rounds = 5,
): Promise<Readonly<Record<Name, readonly Measurement[]>>> {
  const names = Object.keys(tasks) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Measurement[]])) as Record<Name, Measurement[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) results[name].push(await tasks[name]());
  }
  return results;
}

/** Median of the times, in milliseconds. */
export function medianTime(all: readonly Measurement[]): number {
  return median(all.map((one) => one.milliseconds));
}

/** The largest of the peaks, in megabytes. */
export function largestPeak(all: readonly Measurement[]): number {
  return Math.max(...all.map((one) => one.peakMegabytes));
}

/** `2.41 s (2.20 to 3.10), 3.00 s of processor, 150 MB`. */
export function shown(all: readonly Measurement[]): string {
  const times = all.map((one) => one.milliseconds);
  const busy = all.flatMap(({ busyMilliseconds }) => busyMilliseconds ?? []);
  const processor = busy.length === 0 ? "" : `, ${seconds(median(busy))} of processor`;
  const range = `${seconds(Math.min(...times))} to ${seconds(Math.max(...times))}`;
  return `${seconds(median(times))} (${range})${processor}, ${largestPeak(all).toFixed(0)} MB`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
