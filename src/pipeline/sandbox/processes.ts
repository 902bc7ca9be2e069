import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { listOrNothing } from "./kernel-files.ts";

/** A process as the kernel shows it. */
export interface ProcessState {
  readonly pid: number;
  readonly parent: number;
  readonly threads: number;
  /** Resident memory in bytes. */
  readonly resident: number;
  /** Clock ticks after boot: with `pid` it names a process for good. */
  readonly started: string;
  /** Whether it has ended and waits to be asked for. */
  readonly ended: boolean;
}

/** The state of a process (proc_pid_stat(5)); null when there is none of this number. */
export function processState(pid: number): ProcessState | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name, in parentheses, may have any characters.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => fields[number - 3] ?? "";
  return {
    pid,
    parent: Number(field(4)),
    threads: Number(field(20)),
    resident: Number(field(24)) * pageSize,
    started: field(22),
    ended: field(3) === "Z" || field(3) === "X",
  };
}

/** A process and all below it. What a sandbox's first process started, and what that left behind, is all below it. */
export function processTree(top: number): readonly ProcessState[] {
  const numbers = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
  const states = numbers.flatMap((name) => processState(Number(name)) ?? []);
  const children = Map.groupBy(states, ({ parent }) => parent);
  const first = processState(top);
  const tree = first === null ? [] : [first];
  for (let index = 0; index < tree.length; index++) tree.push(...(children.get(tree[index]?.pid ?? -1) ?? []));
  return tree;
}

/** Bytes on disk of files that these processes hold open though they have no name any more. */
export function unnamedBytes(processes: readonly ProcessState[]): number {
  const sizes = new Map<string, number>();
  for (const { pid } of processes) {
    for (const name of listOrNothing(`/proc/${pid}/fd`)) {
      const file = `/proc/${pid}/fd/${name}`;
      try {
        if (!readlinkSync(file).endsWith(" (deleted)")) continue;
        const state = statSync(file);
        if (state.isFile()) sizes.set(`${state.dev}:${state.ino}`, state.blocks * 512);
      } catch {
        // It was closed meanwhile.
      }
    }
  }
  return sizes.values().reduce((sum, size) => sum + size, 0);
}

/** The kernel counts in pages; on Hardpan's processors they have 4 KiB unless the kernel was built for larger ones. */
const pageSize = 4096;

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return null;
  }
}
