import { type BigIntStats, chmodSync, lchownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Who owns a file, as its image will say. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * How a root's files come to their owners. `real`: this process is root and files belong to whom they should. `remembered`:
 * they all belong to the caller, and a table holds whose they are meant to be; a file that a step makes is root's.
 */
export interface Ownership {
  readonly kind: "real" | "remembered";
  /** Gives the file at `path`, a symlink not followed, to `owner`. */
  give(path: string, owner: Owner): void;
  /** Whose a file is, by its state as `lstat` gives it. */
  of(state: BigIntStats): Owner;
  /** The permission bits a file has, or had before `open` widened them. */
  mode(state: BigIntStats): number;
  /** Lets this process read all below `directory`, and remove it, whatever steps did to permissions. */
  open(directory: string): void;
}

/** The ownership that a process of this user can give. */
export function ownershipFor(uid: number): Ownership {
  return uid === 0 ? realOwnership : rememberedOwnership();
}

const permissions = 0o7777;

/** Characters of a path below which nothing is looked for: a longer one than PATH_MAX cannot be opened. */
const deepest = 3000;

const realOwnership: Ownership = {
  kind: "real",
  give(path, { uid, gid }) {
    lchownSync(path, uid, gid);
  },
  of(state) {
    return { uid: Number(state.uid), gid: Number(state.gid) };
  },
  mode(state) {
    return Number(state.mode) & permissions;
  },
  open() {},
};

function rememberedOwnership(): Ownership {
  const owners = new Map<string, Owner>();
  const modes = new Map<string, number>();
  return {
    kind: "remembered",
    give(path, { uid, gid }) {
      owners.set(identity(lstatSync(path, { bigint: true })), { uid, gid });
    },
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
