import { PipelineError } from "../error.ts";
import type { StepPlace } from "./step.ts";

/** Most that one step may use. A step that passes one of them is ended with all its processes. */
export interface SandboxLimits {
  /** Wall time. */
  readonly seconds: number;
  /** Processes and threads at the same time. */
  readonly processes: number;
  /** Bytes of memory: what the kernel accounts to a control group, else the sum of all resident sets. */
  readonly memory: number;
  /** Bytes by which the root and the step's caches may grow; no single file may be larger. */
  readonly written: number;
  /** Bytes of the log's end that an error message tells. */
  readonly logTail: number;
}

/** What a step is ended for. */
export type LimitName = "seconds" | "processes" | "memory" | "written";

/** One hour, 8192 processes, 8 GiB of memory, 16 GiB written, 4 KiB of log. */
export const usualSandboxLimits: SandboxLimits = {
  seconds: 3600,
  processes: 8192,
  memory: 2 ** 33,
  written: 2 ** 34,
  logTail: 4096,
};

const words: Readonly<Record<LimitName, (limit: number) => string>> = {
  seconds: (limit) => `ran longer than its limit of ${limit} seconds`,
  processes: (limit) => `had more processes than its limit of ${limit}`,
  memory: (limit) => `used more memory than its limit of ${limit} bytes`,
  written: (limit) => `wrote more than its limit of ${limit} bytes`,
};

/** The error for a step that was ended for passing a limit. */
export function limitError(place: StepPlace, name: LimitName, limits: SandboxLimits): PipelineError {
  return new PipelineError("PIPELINE_LIMIT", `${stepWords(place)} ${words[name](limits[name])}`, {
    hint: "it has been ended with all its processes; look for what runs away; a step that needs more has to be several",
  });
}

/** A step, its build and its definition, for messages. */
export function stepWords({ definition, build, step }: StepPlace): string {
  return `step ${JSON.stringify(step)} of build ${JSON.stringify(build)} in ${definition}`;
}
