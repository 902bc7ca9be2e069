import { PipelineError } from "./error.ts";
import { requireSandbox, type SandboxPlatform } from "./sandbox/check.ts";
import { type SandboxLimits, stepWords, usualSandboxLimits } from "./sandbox/limits.ts";
import { runStep, type StepPorts } from "./sandbox/run.ts";
import type { Step, StepPlace } from "./sandbox/step.ts";
import type { OutputEntry } from "./stage/entry.ts";
import { collectOutputs, type Output } from "./stage/outputs.ts";
import type { Stage } from "./stage/root.ts";

/** A build of a definition whose templates are expanded and whose steps are scripts. */
export interface BuildRequest {
  /** The definition's file or name, for messages. */
  readonly definition: string;
  readonly build: string;
  readonly platform: SandboxPlatform;
  readonly steps: readonly Step[];
  readonly outputs: readonly Output[];
  /** Seconds since 1970: SOURCE_DATE_EPOCH of the steps, and the newest time an output may have. */
  readonly epoch: number;
  /** Whether steps that ask for the network may have it. */
  readonly allowNetwork: boolean;
  readonly limits?: { readonly step?: SandboxLimits };
}

/** What a build needs of the world; `log` is told the step besides the line. */
export interface BuildPorts extends Omit<StepPorts, "log"> {
  readonly log: (line: string, step: string) => void;
}

/**
 * Runs a build's steps in the root of `stage`, one after the other, and collects what reaches the image. The stage stays
 * the caller's, and is needed while the entries' content is read. Nothing runs when one of the steps could not. Throws
 * PIPELINE_NETWORK_REFUSED besides what `runStep` and `collectOutputs` throw.
 */
export async function runBuild(
  request: BuildRequest,
  stage: Stage,
  ports: BuildPorts,
): Promise<readonly OutputEntry[]> {
  const { definition, build, epoch } = request;
  refuseNetwork(request);
  refuseLostOwners(request, stage);
  await runSteps(request, stage, ports);
  return await collectOutputs(stage, request.outputs, {
    ...{ definition, build, epoch },
    ...(ports.signal === undefined ? {} : { signal: ports.signal }),
  });
}

/** Where files have no owners but root, what a step makes as another user would be root's in the image, and so another image. */
function refuseLostOwners(request: BuildRequest, { ownership }: Stage): void {
  const other = request.steps.find(({ user }) => user.uid !== 0 || user.gid !== 0);
  if (ownership.kind !== "single" || other === undefined || !request.outputs.some(({ diff }) => diff === true)) return;
  throw new PipelineError(
    "PIPELINE_SANDBOX_UNAVAILABLE",
    `${stepWords(placeOf(request, other))} runs as another user, and whose the files are that it makes cannot be kept here`,
    { hint: "give this user a range in /etc/subuid and /etc/subgid and install uidmap, or build as root" },
  );
}

async function runSteps(request: BuildRequest, stage: Stage, ports: BuildPorts): Promise<void> {
  const { platform, steps, epoch, limits } = request;
  const [first] = steps;
  if (first === undefined) return;
  const sandbox = await requireSandbox(platform, placeOf(request, first), ports.host);
  for (const step of steps) {
    const place = placeOf(request, step);
    await runStep(
      { place, step, stage, sandbox, epoch, limits: limits?.step ?? usualSandboxLimits },
      { ...ports, log: (line) => ports.log(line, step.name) },
    );
  }
}

function placeOf(
  { definition, build }: Pick<BuildRequest, "definition" | "build">,
  { name }: Pick<Step, "name">,
): StepPlace {
  return { definition, build, step: name };
}

/** Throws PIPELINE_NETWORK_REFUSED where a step wants the network and may not have it. */
export function refuseNetwork({
  steps,
  allowNetwork,
  ...where
}: Pick<BuildRequest, "definition" | "build" | "allowNetwork"> & {
  readonly steps: readonly Pick<Step, "name" | "network">[];
}): void {
  const networked = steps.find((step) => step.network);
  if (networked === undefined || allowNetwork) return;
  throw new PipelineError(
    "PIPELINE_NETWORK_REFUSED",
    `${stepWords(placeOf(where, networked))} is privileged: it wants the network`,
    { hint: "--allow-network permits it; what it fetches is then not held to the lock" },
  );
}
