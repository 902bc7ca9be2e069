import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Cgroup } from "./cgroup.ts";
import type { LimitName, SandboxLimits } from "./limits.ts";
import type { StepLog } from "./log.ts";
import type { OutputPipe } from "./output.ts";
import { admitUsers } from "./private-binfmt.ts";
import { type ProcessState, processState } from "./processes.ts";
import type { Usage } from "./usage.ts";
import { watchStep } from "./watch.ts";

/** A sandbox to start. */
export interface Sandbox {
  /** bubblewrap, behind what enters its namespaces. */
  readonly program: readonly string[];
  /** Whether what enters them waits for `admitUsers`. */
  readonly admission: boolean;
  /** bubblewrap's options; they are handed over where no other process of the host can read them. */
  readonly options: readonly string[];
  /** The program in the sandbox and its arguments. */
  readonly command: readonly string[];
  /** What bubblewrap reads from the descriptors 4 to 6. */
  readonly script: Uint8Array | string;
  readonly start: Uint8Array;
  readonly filter: Uint8Array;
  readonly output: OutputPipe;
  readonly log: StepLog;
  readonly cgroup: Cgroup | null;
  readonly limits: SandboxLimits;
  readonly folders: readonly string[];
  readonly before: Usage;
  readonly signal: AbortSignal | undefined;
}

/** How a sandbox came to its end. */
export interface SandboxEnd {
  /** null when it was ended, or when it could not be set up. */
  readonly status: number | null;
  /** The limit for which it was ended. */
  readonly limit: LimitName | null;
}

/** The descriptors bubblewrap finds open, by what they are for. */
export const descriptors = { options: 3, script: 4, start: 5, filter: 6, status: 7 };

/**
 * Starts a sandbox and waits until it and every process in it is gone: because it ended, passed a limit or `signal` was
 * aborted. It does not throw for any of these.
 */
export async function superviseSandbox(sandbox: Sandbox): Promise<SandboxEnd> {
  const { output, log, limits, signal } = sandbox;
  const child = start(sandbox);
  output.release();
  const drained = output.drain(log);
  const status = followStatus(child);
  const exited = exitOf(child);
  const ended = new AbortController();
  let limit: LimitName | null = null;
  let ending: Promise<void> | null = null;
  const end = (name: LimitName | null) => {
    limit ??= name;
    ending ??= endSandbox(child, status.top);
  };
  const timer = setTimeout(() => end("seconds"), limits.seconds * 1000);
  const onAbort = () => end(null);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted === true) onAbort();
  try {
    const top = await status.top;
    const watching = top === null ? null : watchStep({ ...sandbox, top: top.pid, signal: ended.signal });
    const watched = watching?.then((name) => (name === null ? undefined : end(name)));
    await exited;
    ended.abort();
    await watched;
    await ending;
    if (top !== null) await untilGone(top);
    await drained;
    return { status: ending === null ? status.exitCode() : null, limit };
  } finally {
    clearTimeout(timer);
    ended.abort();
    signal?.removeEventListener("abort", onAbort);
  }
}

/**
 * Enters the control groups, then becomes bubblewrap: not even its first process is ever outside them. Shells export where
 * they are, which is no affair of the step's.
 */
const joinGroups = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 1; shift; done; shift; exec /usr/bin/env -i "$@"';

function start(sandbox: Sandbox): ChildProcess {
  const { command, output, cgroup } = sandbox;
  const program = [...sandbox.program, "--args", String(descriptors.options), "--", ...command];
  const [first = "", ...rest] =
    cgroup === null ? program : ["/bin/sh", "-c", joinGroups, "sh", ...cgroup.join, "--", ...program];
  const asking = sandbox.admission ? ["pipe" as const] : [];
  const child = spawn(first, rest, {
    env: {},
    stdio: ["ignore", output.descriptor, output.descriptor, "pipe", "pipe", "pipe", "pipe", "pipe", ...asking],
  });
  if (sandbox.admission) admitUsers(child);
  const given = [
    sandbox.options.map((option) => `${option}\0`).join(""),
    sandbox.script,
    sandbox.start,
    sandbox.filter,
  ];
  for (const [index, content] of given.entries()) {
    const pipe = child.stdio[descriptors.options + index];
    // When bubblewrap ends before it has read all, its exit says so.
    pipe?.on("error", () => {});
    if (pipe !== null && pipe !== undefined && "end" in pipe) pipe.end(content);
  }
  return child;
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

interface Status {
  /** The sandbox's first process as soon as there is one; null when there never is. */
  readonly top: Promise<ProcessState | null>;
  /** What the program in the sandbox ended with; null when it was never executed. */
  exitCode(): number | null;
}

/** Reads what bubblewrap tells of its sandbox: JSON documents of which two numbers matter. */
function followStatus(child: ChildProcess): Status {
  let text = "";
  const number = (key: string) => new RegExp(`"${key}": ([0-9]+)`).exec(text)?.[1];
  const top = new Promise<ProcessState | null>((resolve) => {
    const pipe = child.stdio[descriptors.status];
    pipe?.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const pid = number("child-pid");
      if (pid !== undefined) resolve(processState(Number(pid)));
    });
    pipe?.on("error", () => {});
    pipe?.on("close", () => resolve(null));
    child.on("error", () => resolve(null));
  });
  return {
    top,
    exitCode() {
      const code = number("exit-code");
      return code === undefined ? null : Number(code);
    },
  };
}

/** Milliseconds in which bubblewrap notices that its sandbox is gone. */
const grace = 5000;

/**
 * Ends the first process of the sandbox, with which the kernel ends all others of its namespace, even while they multiply.
 * bubblewrap then ends too. Ending bubblewrap first could leave a sandbox that is just being set up.
 */
async function endSandbox(child: ChildProcess, top: Promise<ProcessState | null>): Promise<void> {
  const first = await Promise.race([top, wait(grace, null, { ref: false })]);
  if (first !== null) endProcess(first);
  const exited = await Promise.race([exitOf(child).then(() => true), wait(grace, false, { ref: false })]);
  if (!exited) child.kill("SIGKILL");
}

/** A step may leave processes behind; when bubblewrap is gone they are about to go. */
async function untilGone(top: ProcessState): Promise<void> {
  for (;;) {
    if (!endProcess(top)) return;
    await wait(5);
  }
}

/** Whether the process was still there. */
function endProcess({ pid, started }: ProcessState): boolean {
  const state = processState(pid);
  if (state === null || state.started !== started || state.ended) return false;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
