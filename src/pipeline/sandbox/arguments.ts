import { existsSync } from "node:fs";
/** Where the sandbox's own files are: below /dev, which is no part of the root, so that nothing is left in it. */
export const hidden = { script: "/dev/hardpan/step", start: "/dev/hardpan/start" };

/** What a step's namespaces depend on. */
export interface NamespaceOptions {
  readonly uid: number;
  readonly gid: number;
  readonly network: boolean;
  /** Whether the caller is no root, here or where it is entered from: it needs a user namespace with one user, the step's. */
  readonly alone: boolean;
}

/** A folder or file of the host that a step sees at `path` of its root. */
export interface Bind {
  readonly source: string;
  /** Absolute, free of symlinks, and there. */
  readonly path: string;
  readonly writable: boolean;
}

/** All that a sandbox shows. File descriptors are those bubblewrap finds open. */
export interface SandboxView extends NamespaceOptions {
  readonly root: string;
  readonly workDir: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly binds: readonly Bind[];
  readonly descriptors: {
    readonly script: number;
    readonly start: number;
    readonly filter: number;
    readonly status: number;
  };
}

/** What root of a container may do by default, less devices, raw sockets, ptrace of others, ports and audit. */
const capabilities = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "SETFCAP", "KILL", "SYS_CHROOT"],
].map((name) => `CAP_${name}`);

/** bubblewrap's options for a sandbox of its own pid, ipc, uts, mount and, without network, network namespace. */
export function namespaceArguments({ uid, gid, network, alone }: NamespaceOptions): readonly string[] {
  return [
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    ...(network ? [] : ["--unshare-net"]),
    ...(!alone ? [] : ["--unshare-user", "--uid", String(uid), "--gid", String(gid)]),
    ...["--hostname", "hardpan", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
    ...capabilities.flatMap((name) => ["--cap-add", name]),
  ];
}

/** bubblewrap's options for `view`, in the order in which it carries them out. */
export function sandboxArguments(view: SandboxView): readonly string[] {
  const { script, start, filter, status } = view.descriptors;
  return [
    ...namespaceArguments(view),
    ...["--bind", view.root, "/", "--proc", "/proc", ...coveredProc()],
    ...["--size", String(2 ** 20), "--tmpfs", "/dev"],
    ...["null", "zero", "full", "random", "urandom", "tty"].flatMap(device),
    ...["fd", "stdin", "stdout", "stderr"].flatMap((name, index) => [
      ...["--symlink", index === 0 ? "/proc/self/fd" : `/proc/self/fd/${index - 1}`, `/dev/${name}`],
    ]),
    ...["--perms", "1777", "--size", String(2 ** 26), "--tmpfs", "/dev/shm"],
    ...["--perms", "0444", "--ro-bind-data", String(script), hidden.script],
    ...["--perms", "0555", "--ro-bind-data", String(start), hidden.start],
    ...["--remount-ro", "/dev"],
    ...view.binds.flatMap(({ source, path, writable }) => [writable ? "--bind" : "--ro-bind", source, path]),
    ...[...view.environment].flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--chdir", view.workDir, "--seccomp", String(filter), "--json-status-fd", String(status)],
  ];
}

/**
 * The kernel's settings belong to user 0 whatever its capabilities, and bubblewrap leaves them open to root: through
 * /proc/sys/kernel/core_pattern a step could run a program outside its sandbox.
 */
function coveredProc(): readonly string[] {
  const closed = ["/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/pressure"];
  const emptied = ["sysrq-trigger", "kcore", "keys", "key-users", "kmsg", "mtrr", "timer_list", "latency_stats"];
  return [
    ...closed.filter((path) => existsSync(path)).flatMap((path) => ["--ro-bind", path, path]),
    ...emptied
      .map((name) => `/proc/${name}`)
      .filter((path) => existsSync(path))
      .flatMap((path) => ["--ro-bind", "/dev/null", path]),
  ];
}

function device(name: string): readonly string[] {
  return ["--dev-bind", `/dev/${name}`, `/dev/${name}`];
}
