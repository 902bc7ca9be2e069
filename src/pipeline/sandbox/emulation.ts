import { join } from "node:path";
import { firstExecutable, type SandboxHost } from "./host.ts";
import { listOrNothing, readOrNothing } from "./kernel-files.ts";
import { elfMachines, type Machine } from "./start-program.ts";

/** How a platform's programs are executed. */
export type Emulation =
  /** By the processor. */
  | { readonly kind: "native" }
  /** By binfmt_misc, whose handler the kernel holds open (flag F): the root needs nothing. */
  | { readonly kind: "kernel" }
  /** By binfmt_misc, which looks for `interpreter` in the root; there `program` of the host has to be shown. */
  | { readonly kind: "interpreter"; readonly interpreter: string; readonly program: string }
  /** By a binfmt_misc of the sandbox's own, whose handler is `program` of the host. Whether the kernel allows it shows when tried. */
  | { readonly kind: "private"; readonly program: string };

/** How programs of `machine` are executed here, by what is installed and registered; null when they are not. */
export function findEmulation(machine: Machine, host: SandboxHost): Emulation | null {
  if (machine === host.machine) return { kind: "native" };
  const handler = findHandler(machine, host.binfmt);
  if (handler?.held === true) return { kind: "kernel" };
  const program = firstExecutable(host.emulators[machine]);
  if (program === null) return null;
  if (handler === null) return { kind: "private", program };
  return { kind: "interpreter", interpreter: handler.interpreter, program };
}

interface Handler {
  readonly interpreter: string;
  /** Whether the kernel holds the interpreter open. */
  readonly held: boolean;
}

/** The enabled handler for a machine's ELF files (Documentation/admin-guide/binfmt-misc.rst). */
function findHandler(machine: Machine, folder: string): Handler | null {
  // e_machine, bytes 18 and 19 of an ELF file, as binfmt_misc shows a magic number.
  const wanted = `${elfMachines[machine].toString(16)}00`;
  for (const name of listOrNothing(folder)) {
    if (name === "register" || name === "status") continue;
    const text = readOrNothing(join(folder, name));
    const field = (key: string) => new RegExp(`^${key} ?(.*)$`, "m").exec(text)?.[1] ?? "";
    const magic = field("magic");
    const fits = magic.startsWith("7f454c46") && magic.slice(36, 40) === wanted;
    if (!fits || field("offset") !== "0" || !/^enabled$/m.test(text)) continue;
    return { interpreter: field("interpreter"), held: field("flags:").includes("F") };
  }
  return null;
}
