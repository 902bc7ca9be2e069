import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PipelineError } from "../error.ts";
import { namespaceArguments } from "./arguments.ts";
import { firstExecutable, type SandboxHost } from "./host.ts";
import type { Machine } from "./start-program.ts";

/** A platform steps can run for. */
export type SandboxPlatform = "linux/amd64" | "linux/arm64";

/** Whether steps for a platform can run here. */
export type SandboxCheck =
  | { readonly kind: "available"; readonly bubblewrap: string; readonly emulation: Emulation }
  /** bubblewrap is not installed, too old, or not permitted to make namespaces; `reason` says which. */
  | { readonly kind: "no-bubblewrap"; readonly reason: string }
  /** Programs of that platform cannot be executed. */
  | { readonly kind: "no-emulation"; readonly platform: SandboxPlatform };

/** How a platform's programs are executed. */
export type Emulation =
  /** By the processor. */
  | { readonly kind: "native" }
  /** By binfmt_misc, whose handler the kernel holds open (flag F): the root needs nothing. */
  | { readonly kind: "kernel" }
  /** By binfmt_misc, which looks for `interpreter` in the root; there `program` of the host has to be shown. */
  | { readonly kind: "interpreter"; readonly interpreter: string; readonly program: string }
  /** The shell by `program` of the host. Other programs of the platform, which the script starts, are not executed. */
  | { readonly kind: "shell-only"; readonly program: string };

/** Says before any work whether steps for `platform` can run, by running nothing in a sandbox. */
export async function checkSandbox(platform: SandboxPlatform, host: SandboxHost): Promise<SandboxCheck> {
  const bubblewrap = firstExecutable(host.bubblewrap);
  if (bubblewrap === null) return { kind: "no-bubblewrap", reason: "it is not installed" };
  const reason = await tryOut(bubblewrap, host);
  if (reason !== null) return { kind: "no-bubblewrap", reason };
  const emulation = findEmulation(platform === "linux/amd64" ? "amd64" : "arm64", host);
  if (emulation === null) return { kind: "no-emulation", platform };
  return { kind: "available", bubblewrap, emulation };
}

/** The error that says why steps cannot run; `where` names them: a step, a build, a definition. */
export function unavailable(
  check: Exclude<SandboxCheck, { readonly kind: "available" }>,
  where: string,
): PipelineError {
  if (check.kind === "no-emulation") {
    return new PipelineError(
      "PIPELINE_PLATFORM_UNAVAILABLE",
      `${where} cannot run: this machine does not execute programs for ${check.platform}`,
      { hint: "install qemu-user-static (Debian) or register qemu with binfmt_misc, or build on such a machine" },
    );
  }
  return new PipelineError(
    "PIPELINE_SANDBOX_UNAVAILABLE",
    `${where} cannot run: it needs bubblewrap, but ${check.reason}`,
    { hint: "install the package bubblewrap, 0.8 or later, and allow this user to make user namespaces" },
  );
}

const execute = promisify(execFile);

/** Why bubblewrap does not work here; null when it does. */
async function tryOut(bubblewrap: string, host: SandboxHost): Promise<string | null> {
  const options = [
    ...namespaceArguments({ uid: 0, gid: 0, network: false, alone: host.uid !== 0 }),
    "--ro-bind",
    "/",
    "/",
  ];
  try {
    await execute(bubblewrap, [...options, "--proc", "/proc", "--", "/bin/true"], { env: {}, timeout: 20_000 });
    return null;
  } catch (cause) {
    const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim().split("\n")[0] : undefined;
    return `it does not work here: ${said === undefined || said === "" ? String(cause) : said}`;
  }
}

function findEmulation(machine: Machine, host: SandboxHost): Emulation | null {
  if (machine === host.machine) return { kind: "native" };
  const handler = findHandler(machine, host.binfmt);
  if (handler?.held === true) return { kind: "kernel" };
  const program = firstExecutable(host.emulators[machine]);
  if (program === null) return null;
  if (handler === null) return { kind: "shell-only", program };
  return { kind: "interpreter", interpreter: handler.interpreter, program };
}

interface Handler {
  readonly interpreter: string;
  /** Whether the kernel holds the interpreter open. */
  readonly held: boolean;
}

/** e_machine, bytes 18 and 19 of an ELF file, as binfmt_misc shows a magic number. */
const elfMachines: Readonly<Record<Machine, string>> = { amd64: "3e00", arm64: "b700" };

/** The enabled handler for a machine's ELF files (Documentation/admin-guide/binfmt-misc.rst). */
function findHandler(machine: Machine, folder: string): Handler | null {
  for (const name of listOrNothing(folder)) {
    if (name === "register" || name === "status") continue;
    const text = readOrNothing(join(folder, name));
    const field = (key: string) => new RegExp(`^${key} ?(.*)$`, "m").exec(text)?.[1] ?? "";
    const magic = field("magic");
    const fits = magic.startsWith("7f454c46") && magic.slice(36, 40) === elfMachines[machine];
    if (!fits || field("offset") !== "0" || !/^enabled$/m.test(text)) continue;
    return { interpreter: field("interpreter"), held: field("flags:").includes("F") };
  }
  return null;
}

function listOrNothing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
