import { randomBytes } from "node:crypto";
import { type Engine, engineFailed } from "./engine.ts";

/** A container to run. */
export interface ContainerRun {
  readonly image: string;
  /** What to run in place of the image's own command. */
  readonly command?: readonly string[];
  /** Replaces the image's entrypoint. */
  readonly entrypoint?: string;
  /** Further options of `run`, such as `--network=none`, `--read-only`, `--env=NAME=value`. */
  readonly options?: readonly string[];
  /** Milliseconds after which it is ended; a minute by default. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** How a container ended. */
export interface ContainerResult {
  /** Of its main process; null when it was ended for taking too long. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a container of a local image to its end and removes it, in all cases. Nothing is pulled. A program that fails is a
 * result; throws ENGINE_FAILED where the engine could not run it, and the reason of `signal` when that aborts.
 */
export async function runContainer(engine: Engine, run: ContainerRun): Promise<ContainerResult> {
  const name = `hardpan-${randomBytes(8).toString("hex")}`;
  const args = [
    "run",
    "--rm",
    `--name=${name}`,
    "--pull=never",
    ...(run.entrypoint === undefined ? [] : [`--entrypoint=${run.entrypoint}`]),
    ...(run.options ?? []),
    run.image,
    ...(run.command ?? []),
  ];
  let ended = false;
  try {
    const result = await engine.exec(engine.command, args, {
      timeout: run.timeout ?? 60_000,
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    // The engine itself uses 125 where a container could not be created.
    if (result.exitCode === 125 || (result.exitCode === null && !result.timedOut))
      throw engineFailed(engine, args, result);
    ended = result.exitCode !== null;
    return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  } finally {
    // The container does not end with the program that watches it.
    if (!ended) await engine.exec(engine.command, ["rm", "--force", name]);
  }
}
