import { type BigIntStats, chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Owner, type Ownership, permissions } from "./ownership.ts";

/** Characters of a path below which nothing is looked for: a longer one than PATH_MAX cannot be opened. */
const deepest = 3000;

/** Ownership by a table: on disk all files belong to the caller. */
export function singleOwnership(): Ownership {
  const owners = new Map<string, Owner>();
  const modes = new Map<string, number>();
  return {
    kind: "single",
    enter: [],
    give(path, { uid, gid }) {
      owners.set(identity(lstatSync(path, { bigint: true })), { uid, gid });
    },
    settle() {},
    of(state) {
      return owners.get(identity(state)) ?? { uid: 0, gid: 0 };
    },
    mode(state) {
      return modes.get(identity(state)) ?? Number(state.mode) & permissions;
    },
    open(directory) {
      openBelow(directory, modes);
    },
  };
}

/** A file's number is given away again when it is removed; the time of its birth is not. */
function identity(state: BigIntStats): string {
  return `${state.ino}:${state.birthtimeNs}`;
}

function openBelow(path: string, modes: Map<string, number>): void {
  const state = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  // A name that is no UTF-8 cannot be found again; an output that has it is refused.
  if (state === undefined) return;
  const needed = state.isDirectory() ? 0o700 : state.isFile() ? 0o400 : 0;
  const mode = Number(state.mode) & permissions;
  if ((mode & needed) !== needed) {
    modes.set(identity(state), mode);
    chmodSync(path, mode | needed);
  }
  if (state.isDirectory() && path.length < deepest) {
    for (const name of readdirSync(path)) openBelow(join(path, name), modes);
  }
}
