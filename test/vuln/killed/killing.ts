import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { seeded } from "../../fuzz/mutate.ts";

const child = fileURLToPath(new URL("child.ts", import.meta.url));

/** Starts the child. */
export function startChild(args: readonly string[]) {
  return spawn(process.execPath, [child, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

/** How often each way is killed: a dozen times, a hundred in thorough runs. */
export const rounds = process.env["HARDPAN_TEST_ALL"] ? 100 : 12;

/** What is done and killed, and what must hold after each time. */
export interface Killing {
  /** The child's arguments, for each round anew. */
  readonly args: (round: number) => readonly string[] | Promise<readonly string[]>;
  readonly check: (round: number) => void | Promise<void>;
  readonly seed: number;
}

/** Starts the child and kills it at a random moment, `rounds` times; returns how often it was killed before it was done. */
export async function killAtRandom({ args, check, seed }: Killing): Promise<number> {
  const random = seeded(seed);
  let killed = 0;
  let longest = 400;
  for (let round = 0; round < rounds; round++) {
    const running = startChild(await args(round));
    const ended = once(running, "exit");
    await once(running.stdout, "data");
    const started = performance.now();
    await Promise.race([pause(random(Math.ceil(longest))), ended]);
    if (running.exitCode === null) killed += running.kill("SIGKILL") ? 1 : 0;
    else longest = performance.now() - started;
    await ended;
    await check(round);
  }
  return killed;
}
