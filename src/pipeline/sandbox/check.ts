import { spawn } from "node:child_process";
import { once } from "node:events";
import { PipelineError } from "../error.ts";
import { namespaceArguments } from "./arguments.ts";
import { type Emulation, findEmulation } from "./emulation.ts";
import { firstExecutable, type SandboxHost } from "./host.ts";
import { stepWords } from "./limits.ts";
import { admission, admitUsers, privateBinfmt } from "./private-binfmt.ts";
import { type Machine, startProgram } from "./start-program.ts";
import type { StepPlace } from "./step.ts";

/** A platform steps can run for. */
export type SandboxPlatform = "linux/amd64" | "linux/arm64";

/** The processor whose programs a platform has. */
export function machineOf(platform: SandboxPlatform): Machine {
  return platform === "linux/amd64" ? "amd64" : "arm64";
}

/** What steps of a platform run with. */
export interface AvailableSandbox {
  readonly kind: "available";
  readonly platform: SandboxPlatform;
  readonly bubblewrap: string;
  readonly emulation: Emulation;
}

/** Whether steps for a platform can run here. */
export type SandboxCheck =
  | AvailableSandbox
  /** bubblewrap is not installed, too old, or not permitted to make namespaces; `reason` says which. */
  | { readonly kind: "no-bubblewrap"; readonly reason: string }
  /** Programs of that platform cannot be executed; `reason` says what is in the way. */
  | { readonly kind: "no-emulation"; readonly platform: SandboxPlatform; readonly reason: string };

/**
 * Says before any work whether steps for `platform` can run, by running a program that does nothing as a step would: one of the
 * platform where the sandbox brings its own emulation.
 */
export async function checkSandbox(platform: SandboxPlatform, host: SandboxHost): Promise<SandboxCheck> {
  const bubblewrap = firstExecutable(host.bubblewrap);
  if (bubblewrap === null) return { kind: "no-bubblewrap", reason: "it is not installed" };
  const said = await tryBubblewrap(bubblewrap, host);
  if (said !== null) return { kind: "no-bubblewrap", reason: `it does not work here: ${said}` };
  const machine = machineOf(platform);
  const emulation = findEmulation(machine, host);
  if (emulation === null) return { kind: "no-emulation", platform, reason: "no emulator is installed" };
  if (emulation.kind === "private") {
    const refused = await tryPrivate(machine, { bubblewrap, program: emulation.program, host });
    if (refused !== null) {
      const reason = `no emulator is registered, and a sandbox cannot have its own: ${refused}`;
      return { kind: "no-emulation", platform, reason };
    }
  }
  return { kind: "available", platform, bubblewrap, emulation };
}

/**
 * What steps for `platform` run with. Throws PIPELINE_SANDBOX_UNAVAILABLE and PIPELINE_PLATFORM_UNAVAILABLE, which name the
 * step at `place`, where they cannot.
 */
export async function requireSandbox(
  platform: SandboxPlatform,
  place: StepPlace,
  host: SandboxHost,
): Promise<AvailableSandbox> {
  const check = await checkSandbox(platform, host);
  if (check.kind === "available") return check;
  throw unavailable(check, stepWords(place));
}

/** The error that says why steps cannot run; `where` names them: a step, a build, a definition. */
export function unavailable(check: Exclude<SandboxCheck, AvailableSandbox>, where: string): PipelineError {
  if (check.kind === "no-emulation") {
    return new PipelineError(
      "PIPELINE_PLATFORM_UNAVAILABLE",
      `${where} cannot run: this machine does not execute programs for ${check.platform}: ${check.reason}`,
      {
        hint:
          "install qemu-user-static; before Linux 6.7, or where users may make no namespaces, have it registered too " +
          "(`systemctl restart systemd-binfmt`); or choose with --platform what this machine executes",
      },
    );
  }
  return new PipelineError(
    "PIPELINE_SANDBOX_UNAVAILABLE",
    `${where} cannot run: it needs bubblewrap, but ${check.reason}`,
    {
      hint:
        "install the package bubblewrap, 0.8 or later, and allow this user to make user namespaces; " +
        "all that needs no step still builds",
    },
  );
}

/** Why bubblewrap does not work here; null when it does. */
async function tryBubblewrap(bubblewrap: string, host: SandboxHost): Promise<string | null> {
  const words = [bubblewrap, ...trialArguments(host), "--", "/bin/true"];
  return await tryOut(words, { admission: false, program: "", status: 0 });
}

/** What only a program that was really executed ends with. */
const executed = 42;

/** Why the sandbox cannot have an emulation of its own; null when a program of `machine` was executed. */
async function tryPrivate(
  machine: Machine,
  { bubblewrap, program, host }: { readonly bubblewrap: string; readonly program: string; readonly host: SandboxHost },
): Promise<string | null> {
  const { command, admission } = privateBinfmt(machine, program, {
    kind: host.uid === 0 ? "real" : "single",
    enter: [],
  });
  const shown = ["--tmpfs", "/dev", "--perms", "0555", "--ro-bind-data", "0", "/dev/start"];
  const words = [
    ...command,
    bubblewrap,
    ...trialArguments(host),
    ...shown,
    "--",
    "/dev/start",
    "/bin/sh",
    "-c",
    `exit ${executed}`,
  ];
  const user = { uid: 0, gid: 0, dropGroups: false };
  return await tryOut(words, {
    admission,
    status: executed,
    program: startProgram(machine, { ...user, largestFile: 2 ** 30, mostProcesses: null }),
  });
}

function trialArguments({ uid }: SandboxHost): readonly string[] {
  const namespaces = namespaceArguments({ uid: 0, gid: 0, network: false, alone: uid !== 0 });
  return [...namespaces, "--ro-bind", "/", "/", "--proc", "/proc"];
}

/** Runs a command with `program` as its input; null when it ends with `status`, else the first line of what it said. */
async function tryOut(
  [first = "", ...rest]: readonly string[],
  options: { readonly admission: boolean; readonly program: Uint8Array | string; readonly status: number },
): Promise<string | null> {
  const asking = options.admission ? [...Array<"ignore">(admission - 3).fill("ignore"), "pipe" as const] : [];
  const child = spawn(first, rest, { env: {}, timeout: 20_000, stdio: ["pipe", "ignore", "pipe", ...asking] });
  if (options.admission) admitUsers(child);
  const [input, , output] = child.stdio;
  input?.on("error", () => {});
  if (input !== null && "end" in input) input.end(options.program);
  let said = "";
  output?.on("data", (chunk: Buffer) => {
    if (said.length < 4096) said += chunk.toString("utf8");
  });
  const [status] = await once(child, "close").catch((cause: unknown) => [String(cause)]);
  if (status === options.status) return null;
  const line = said.trim().split("\n")[0] ?? "";
  return line === "" ? `it ended with ${status ?? "a signal"}` : line;
}
