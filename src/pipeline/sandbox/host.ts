import { accessSync, constants } from "node:fs";
import type { Machine } from "./start-program.ts";

/** What a sandbox needs of the machine it runs on. */
export interface SandboxHost {
  readonly machine: Machine;
  /** The user this process runs as. */
  readonly uid: number;
  readonly gid: number;
  /** Where bubblewrap may be; the first that can be executed is used. */
  readonly bubblewrap: readonly string[];
  /** Where statically linked emulators of user programs may be, by the machine they emulate. */
  readonly emulators: Readonly<Record<Machine, readonly string[]>>;
  /** Where binfmt_misc is mounted. */
  readonly binfmt: string;
  /** Where control groups are mounted; null does without them. */
  readonly cgroups: string | null;
  /** What a step with network finds as /etc/resolv.conf where its root has none. */
  readonly resolvConf: string;
}

/** This machine, as Linux distributions arrange it. Throws a plain Error on a processor that no image is built for. */
export function localHost(): SandboxHost {
  return {
    machine: machineOf(process.arch),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    bubblewrap: ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"],
    emulators: {
      amd64: ["/usr/bin/qemu-x86_64-static", "/usr/local/bin/qemu-x86_64-static"],
      arm64: ["/usr/bin/qemu-aarch64-static", "/usr/local/bin/qemu-aarch64-static"],
    },
    binfmt: "/proc/sys/fs/binfmt_misc",
    cgroups: "/sys/fs/cgroup",
    resolvConf: "/etc/resolv.conf",
  };
}

/** The first of `paths` that can be executed; null when none can. */
export function firstExecutable(paths: readonly string[]): string | null {
  for (const path of paths) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}

function machineOf(architecture: string): Machine {
  if (architecture === "x64") return "amd64";
  if (architecture === "arm64") return "arm64";
  throw new Error(`steps cannot run on a ${architecture} processor`);
}
