import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { PipelineError } from "../error.ts";
import { lstatOrNull, resolveInside } from "../stage/resolve.ts";
import type { Stage } from "../stage/root.ts";
import { hidden, sandboxArguments } from "./arguments.ts";
import { createCgroup } from "./cgroup.ts";
import { type AvailableSandbox, machineOf } from "./check.ts";
import { stepEnvironment } from "./environment.ts";
import type { SandboxHost } from "./host.ts";
import { limitError, type SandboxLimits, stepWords } from "./limits.ts";
import { type StepLog, stepLog } from "./log.ts";
import { type MountPoints, makeMountPoints } from "./mount-points.ts";
import { openOutput } from "./output.ts";
import { type PrivateBinfmt, privateBinfmt } from "./private-binfmt.ts";
import { startProgram } from "./start-program.ts";
import type { Step, StepPlace } from "./step.ts";
import { descriptors, type SandboxEnd, superviseSandbox } from "./supervise.ts";
import { syscallFilter } from "./syscall-filter.ts";
import { measure } from "./usage.ts";

/** A step to run in the root of a stage. */
export interface StepRequest {
  readonly place: StepPlace;
  readonly step: Step;
  readonly stage: Stage;
  readonly sandbox: AvailableSandbox;
  /** SOURCE_DATE_EPOCH: seconds since 1970. */
  readonly epoch: number;
  readonly limits: SandboxLimits;
}

/** What a step needs of the world. */
export interface StepPorts {
  readonly host: SandboxHost;
  /** Takes every line the step prints, on either output, without secrets. */
  readonly log: (line: string) => void;
  /** Values of secrets by their id. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Ends the step with all its processes. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one step. It sees the stage's root and nothing else of the host: own processes, no devices, no variables but its own, no
 * network unless asked for. /tmp is a folder of the root, so that it lives as long as the build; outputs leave it out. When
 * this returns or throws no process of the step is left. Throws PIPELINE_STEP_FAILED with the end of its log,
 * PIPELINE_LIMIT, PIPELINE_STEP_INVALID, PIPELINE_PATH_INVALID, PIPELINE_SECRET_MISSING, PIPELINE_SANDBOX_UNAVAILABLE
 * where the sandbox does not start after all, and the reason of an abort.
 */
export async function runStep(request: StepRequest, ports: StepPorts): Promise<void> {
  const { place, step, stage, sandbox, epoch, limits } = request;
  const { host, signal } = ports;
  signal?.throwIfAborted();
  const { variables, secrets } = stepEnvironment(step, { place, epoch, secrets: ports.secrets });
  requireShell(step, stage, place);
  const log = stepLog({ secrets, tail: limits.logTail, line: ports.log });
  const mounts = makeMountPoints(stage, step, { place, host, emulation: sandbox.emulation });
  try {
    const end = await inSandbox(request, { ...ports, mounts, variables, log });
    signal?.throwIfAborted();
    judge(end, request, log);
  } finally {
    mounts.remove();
  }
}

interface SandboxParts extends Omit<StepPorts, "log"> {
  readonly log: StepLog;
  readonly mounts: MountPoints;
  readonly variables: ReadonlyMap<string, string>;
}

async function inSandbox({ step, stage, limits, sandbox }: StepRequest, parts: SandboxParts): Promise<SandboxEnd> {
  const { host, mounts, log, signal } = parts;
  const { command, admission } = enterFor(sandbox, stage);
  const view = {
    ...step.user,
    network: step.network,
    alone: stage.ownership.kind === "single",
    root: stage.directory,
    workDir: mounts.workDir,
    environment: parts.variables,
    binds: mounts.binds,
    descriptors,
  };
  const folders = [stage.directory, ...mounts.binds.filter((bind) => bind.writable).map((bind) => bind.source)];
  const before = await measure(folders);
  const name = `hardpan-${randomBytes(8).toString("hex")}`;
  const cgroup = await createCgroup(limits, { mount: host.cgroups, name });
  try {
    const output = await openOutput(dirname(stage.directory));
    try {
      return await superviseSandbox({
        ...{ output, log, cgroup, limits, folders, before, signal },
        program: [...command, sandbox.bubblewrap],
        admission,
        options: sandboxArguments(view),
        command: [hidden.start, ...step.shell, hidden.script],
        script: step.script,
        filter: syscallFilter(host.machine),
        start: startProgram(host.machine, {
          ...step.user,
          largestFile: limits.written,
          // Far above the limit: a step that passes it is to live until the watch has seen it, and then to be ended.
          mostProcesses: cgroup?.keeps.has("processes") === true ? null : limits.processes + 4096,
          dropGroups: !view.alone,
        }),
      });
    } finally {
      output.close();
    }
  } finally {
    await cgroup?.remove();
  }
}

/** What bubblewrap is started by: nothing, the user namespace of the stage's owners, or one that brings emulation too. */
function enterFor({ platform, emulation }: AvailableSandbox, { ownership }: Stage): PrivateBinfmt {
  if (emulation.kind !== "private") return { command: ownership.enter, admission: false };
  return privateBinfmt(machineOf(platform), emulation.program, ownership);
}

function requireShell({ shell }: Step, stage: Stage, place: StepPlace): void {
  const [program = ""] = shell;
  if (program.startsWith("/")) {
    const target = resolveInside(stage.directory, program, { followLast: true });
    if (lstatOrNull(join(stage.directory, target))?.isFile() === true) return;
  }
  throw new PipelineError(
    "PIPELINE_STEP_INVALID",
    `${stepWords(place)} needs the shell ${JSON.stringify(program)}, which its root does not have`,
    { hint: "add the package that has it to the build's contents, or name another shell by its absolute path" },
  );
}

/** The kernel ends a process that would make a file larger than it may with SIGXFSZ, signal 25. */
const fileTooLarge = 128 + 25;

function judge({ status, limit }: SandboxEnd, { place, limits, step }: StepRequest, log: StepLog): void {
  if (limit !== null) throw limitError(place, limit, limits);
  if (status === 0) return;
  if (status === fileTooLarge) throw limitError(place, "written", limits);
  const lines = log.tail();
  const said = lines.length === 0 ? "; it printed nothing" : `; its last lines:\n${lines.join("\n")}`;
  if (status === null) {
    throw new PipelineError("PIPELINE_SANDBOX_UNAVAILABLE", `${stepWords(place)} could not be started${said}`, {
      hint: "bubblewrap 0.8 or later has to be allowed to make namespaces here",
    });
  }
  throw new PipelineError("PIPELINE_STEP_FAILED", `${stepWords(place)} ended with status ${status}${said}`, {
    hint: step.network
      ? "correct the step, or what it works on"
      : "correct the step, or what it works on; it runs without network unless it is privileged",
  });
}
