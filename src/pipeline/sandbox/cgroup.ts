import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { readOrNothing } from "./kernel-files.ts";
import type { LimitName, SandboxLimits } from "./limits.ts";

/** Control groups of a step: the kernel holds it to its limits, and knows all its processes. */
export interface Cgroup {
  /** Which limits the kernel keeps; the others have to be watched. */
  readonly keeps: ReadonlySet<LimitName>;
  /** A process that writes its number to these files is in the groups, and so is all it starts. */
  readonly join: readonly string[];
  /** The limit that has been met; null while none has. */
  exceeded(): LimitName | null;
  /** Ends what is still in the groups and removes them. */
  remove(): Promise<void>;
}

/**
 * Makes control groups named `name` below those of this process, of version 2 or of the pids and memory controllers
 * of version 1. null where this is not permitted, as for most users.
 */
export async function createCgroup(
  limits: SandboxLimits,
  options: { readonly mount: string | null; readonly name: string },
): Promise<Cgroup | null> {
  if (options.mount === null) return null;
  const groups: Group[] = [];
  for (const place of places(options.mount, readOrNothing("/proc/self/cgroup"))) {
    const missing = place.controllers.filter(
      (controller) => !groups.some((group) => group.controllers.has(controller)),
    );
    if (missing.length === 0) continue;
    const group = makeGroup({ ...place, directory: join(place.directory, options.name), controllers: missing }, limits);
    if (group === null) continue;
    if (await canJoin(group.directory)) groups.push(group);
    else rmdirSync(group.directory);
  }
  if (groups.length === 0) return null;
  const controllers = groups.flatMap((group) => [...group.controllers]);
  return {
    keeps: new Set(controllers.map((controller) => (controller === "pids" ? "processes" : "memory"))),
    join: groups.map((group) => join(group.directory, "cgroup.procs")),
    exceeded: () => groups.map(exceeded).find((name) => name !== null) ?? null,
    async remove() {
      for (const group of groups) await removeGroup(group.directory);
    },
  };
}

type Controller = "pids" | "memory";

interface Group {
  readonly directory: string;
  readonly controllers: ReadonlySet<Controller>;
}

interface Place {
  readonly directory: string;
  /** Version 2: a process is in one group alone, which has to have all controllers. */
  readonly unified: boolean;
  readonly controllers: readonly Controller[];
}

/** Folders in which a group may be made: for each hierarchy this process's own, then those above it. */
function places(mount: string, own: string): readonly Place[] {
  return own.split("\n").flatMap((line) => {
    const [, names = "", path = ""] = /^[0-9]+:([^:]*):(\/.*)$/.exec(line) ?? [];
    const controllers = (["pids", "memory"] as const).filter((name) => names === "" || names.split(",").includes(name));
    const top = names === "" ? mount : join(mount, names);
    if (path === "" || controllers.length === 0) return [];
    const found: Place[] = [];
    for (let at = path; ; at = dirname(at)) {
      if (existsSync(join(top, at, "cgroup.procs")))
        found.push({ directory: join(top, at), unified: names === "", controllers });
      if (at === "/") return found;
    }
  });
}

/** bubblewrap itself takes two processes, and the shell that becomes it is one of them. */
const overhead = 2;

/** The new group `place`, limited by those of its controllers that are there; null when that is too few. */
function makeGroup({ directory, unified, controllers }: Place, limits: SandboxLimits): Group | null {
  try {
    mkdirSync(directory);
  } catch {
    return null;
  }
  const kept = controllers.filter((controller) =>
    controller === "pids"
      ? put(join(directory, "pids.max"), limits.processes + overhead)
      : put(join(directory, "memory.max"), limits.memory) ||
        put(join(directory, "memory.limit_in_bytes"), limits.memory),
  );
  if (kept.length < (unified ? controllers.length : 1)) {
    rmdirSync(directory);
    return null;
  }
  // Swap would only delay the end; one process that is ended takes the others with it.
  put(join(directory, "memory.swap.max"), 0);
  put(join(directory, "memory.memsw.limit_in_bytes"), limits.memory);
  put(join(directory, "memory.oom.group"), 1);
  return { directory, controllers: new Set(kept) };
}

/** Writing to a file that is not there would make none in a control group; it fails, as without permission. */
function put(file: string, value: number): boolean {
  if (!existsSync(file)) return false;
  try {
    writeFileSync(file, String(value));
    return true;
  } catch {
    return false;
  }
}

const execute = promisify(execFile);

/** A group below another user's cannot be entered, though it can be made. */
async function canJoin(directory: string): Promise<boolean> {
  const script = `echo $$ > "$1"`;
  return await execute("/bin/sh", ["-c", script, "sh", join(directory, "cgroup.procs")], { env: {} }).then(
    () => true,
    () => false,
  );
}

function exceeded({ directory, controllers }: Group): LimitName | null {
  const count = (file: string, key: string) =>
    Number(new RegExp(`^${key} ([0-9]+)$`, "m").exec(readOrNothing(join(directory, file)))?.[1] ?? 0);
  if (controllers.has("pids") && count("pids.events", "max") > 0) return "processes";
  const killed = count("memory.events", "oom_kill") + count("memory.oom_control", "oom_kill");
  return controllers.has("memory") && killed > 0 ? "memory" : null;
}

async function removeGroup(directory: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    for (const pid of readOrNothing(join(directory, "cgroup.procs")).split("\n").filter(Boolean)) end(Number(pid));
    try {
      rmdirSync(directory);
      return;
    } catch {
      if (!existsSync(directory)) return;
      await wait(25);
    }
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
