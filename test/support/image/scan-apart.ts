import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";
import type { ScanFailure, ScanFound, ScanRefusal, ScanRequest } from "./scan-program.ts";

const program = fileURLToPath(new URL("./scan-program.ts", import.meta.url));

const smallHeap = new URL("../small-heap.ts", import.meta.url).href;

/** What a scan may come to. */
export type ScanOutcome = ScanFound | ScanRefusal;

/** What a scan may take at most. */
export interface ScanBounds {
  /** On a slow and busy machine; 30 unless given. */
  readonly seconds?: number;
  /** 200 unless given. */
  readonly megabytes?: number;
}

/**
 * Scans an image in a process of its own and expects that it is done, or refused with a coded error that says what to do,
 * within bounds of time and memory; nothing else.
 */
export async function scanApart(request: ScanRequest, bounds: ScanBounds = {}): Promise<ScanOutcome> {
  const { seconds = 30, megabytes = 200 } = bounds;
  // As the command line has it: the young generation stays small, and what was compiled is kept.
  const args = ["--no-warnings", "--import", smallHeap, program, JSON.stringify(request)];
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "hardpan-test-compile") };
  const options = {
    env,
    timeout: seconds * 1000,
    killSignal: "SIGKILL" as const,
    maxBuffer: 2 ** 26,
  };
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch((cause: unknown) => {
    throw new Error(`the scan did not end within ${seconds} seconds, or broke down`, { cause });
  });
  const outcome: ScanOutcome | ScanFailure = JSON.parse(stdout);
  if (outcome.kind === "broken") throw new Error(`the scan failed without a code: ${outcome.error}`);
  if (outcome.kind === "refused") expect(outcome.hint, outcome.message).not.toBe("");
  expect(outcome.peakMegabytes, "megabytes at the peak").toBeLessThanOrEqual(megabytes);
  return outcome;
}
