import { PipelineError } from "../error.ts";
import { stepWords } from "./limits.ts";
import type { Step, StepPlace } from "./step.ts";

/** What a step's variables depend on besides the step. */
export interface EnvironmentOptions {
  readonly place: StepPlace;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** Values by secret id. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** A step's variables, and those values among them that no log may show. */
export interface StepEnvironment {
  readonly variables: ReadonlyMap<string, string>;
  readonly secrets: readonly string[];
}

/**
 * All variables a step has: defaults, its own, and its secrets. Nothing comes from the host. Throws
 * PIPELINE_SECRET_MISSING and PIPELINE_STEP_INVALID.
 */
export function stepEnvironment(step: Step, options: EnvironmentOptions): StepEnvironment {
  const variables = new Map([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ["HOME", "/root"],
    ["LC_ALL", "C.UTF-8"],
    ["TZ", "UTC"],
    ["SOURCE_DATE_EPOCH", String(options.epoch)],
    ...Object.entries(step.environment),
  ]);
  const secrets: string[] = [];
  for (const { id, env, optional } of step.secrets) {
    const value = options.secrets.get(id);
    if (value === undefined && optional) continue;
    if (value === undefined) {
      throw new PipelineError("PIPELINE_SECRET_MISSING", `${stepWords(options.place)} needs the secret ${id}`, {
        hint: `give its value; the step reads it from ${env}`,
      });
    }
    variables.set(env, value);
    secrets.push(value);
  }
  for (const [name, value] of variables) {
    if (/^[^=\0]+$/.test(name) && !value.includes("\0")) continue;
    throw new PipelineError(
      "PIPELINE_STEP_INVALID",
      `${stepWords(options.place)} has a variable that cannot be: ${JSON.stringify(name)}`,
      { hint: "a name is not empty and has no =; neither name nor value has NUL" },
    );
  }
  return { variables, secrets };
}
