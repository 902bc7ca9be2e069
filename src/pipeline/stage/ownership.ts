import { type BigIntStats, lchownSync } from "node:fs";

/** Who owns a file, as its image will say. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** How a root's files come to their owners, and say who they are. */
export interface Ownership {
  /**
   * `real`: this process is root. `mapped`: it is not, but has a range of users that a user namespace shows as any others.
   * `single`: it is alone; all files are its own, and a table holds whose they are meant to be. What a step makes there is
   * root's, whichever user it runs as, and a step cannot change owners.
   */
  readonly kind: "real" | "mapped" | "single";
  /** A command that runs the command after it where this process is root; empty when it needs none or has none. */
  readonly enter: readonly string[];
  /** Gives the file at `path`, a symlink not followed, to `owner`, at once or when `settle` is called. */
  give(path: string, owner: Owner): void;
  /** Must be called when a root has been filled; from then on files are given at once. */
  settle(): void;
  /** Whose a file is, by its state as `lstat` gives it. After steps it counts only once `open` was called. */
  of(state: BigIntStats): Owner;
  /** The permission bits a file has, or had before `open` widened them. */
  mode(state: BigIntStats): number;
  /** Lets this process read all below `directory`, whatever steps did to owners and permissions. No step may follow. */
  open(directory: string): void;
}

/** The bits of a mode that `chmod` sets. */
export const permissions = 0o7777;

/** Ownership as root has it. */
export const realOwnership: Ownership = {
  kind: "real",
  enter: [],
  give(path, { uid, gid }) {
    lchownSync(path, uid, gid);
  },
  settle() {},
  of(state) {
    return { uid: Number(state.uid), gid: Number(state.gid) };
  },
  mode(state) {
    return Number(state.mode) & permissions;
  },
  open() {},
};
