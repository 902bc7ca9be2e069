import { execFile, execFileSync, spawnSync } from "node:child_process";
import { lstatSync } from "node:fs";
import { promisify } from "node:util";
import { type Owner, type Ownership, permissions } from "./ownership.ts";

const execute = promisify(execFile);
const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };

/**
 * The command that enters a user namespace in which this user is root and its range of subordinate users (subuid(5)) the
 * others; null when it has no range, or newuidmap and a recent unshare are not installed.
 */
export async function findRange(): Promise<readonly string[] | null> {
  const enter = ["unshare", "--user", "--map-root-user", "--map-auto", "--"];
  const [program = "", ...rest] = enter;
  return await execute(program, [...rest, "true"], { env: environment, timeout: 20_000 }).then(
    () => ["/usr/bin/env", `PATH=${environment.PATH}`, ...enter],
    () => null,
  );
}

interface Given {
  readonly path: string;
  readonly owner: Owner;
}

/**
 * Ownership by a range of subordinate users. On disk a file belongs to one of them, so that owners are given, and files that
 * are not the caller's are read, by programs in the namespace.
 */
export function mappedOwnership(enter: readonly string[]): Ownership {
  let pending: Given[] = [];
  let settled = false;
  const opened = new Map<string, Owner & { readonly mode: number }>();
  const flush = () => {
    giveAll(pending, enter);
    pending = [];
  };
  return {
    kind: "mapped",
    enter,
    give(path, { uid, gid }) {
      if (uid !== 0 || gid !== 0) pending.push({ path, owner: { uid, gid } });
      if (settled) flush();
    },
    settle() {
      flush();
      settled = true;
    },
    of(state) {
      const found = opened.get(String(state.ino));
      return { uid: found?.uid ?? 0, gid: found?.gid ?? 0 };
    },
    mode(state) {
      return opened.get(String(state.ino))?.mode ?? Number(state.mode) & permissions;
    },
    open(directory) {
      for (const record of claim(directory, enter)) if (!opened.has(record.ino)) opened.set(record.ino, record);
    },
  };
}

function giveAll(given: readonly Given[], enter: readonly string[]): void {
  // A new owner takes setuid and setgid off.
  const special = given.flatMap(({ path }) => {
    const state = lstatSync(path);
    return state.isFile() && (state.mode & 0o6000) !== 0 ? [{ path, mode: state.mode & permissions }] : [];
  });
  const owners = Map.groupBy(given, ({ owner }) => `${owner.uid}:${owner.gid}`);
  for (const [owner, files] of owners) run([...enter, "xargs", "-0", "chown", "-h", "--", owner], pathsOf(files));
  const modes = Map.groupBy(special, ({ mode }) => mode.toString(8));
  for (const [mode, files] of modes) run([...enter, "xargs", "-0", "chmod", "--", mode], pathsOf(files));
}

function pathsOf(files: readonly { readonly path: string }[]): readonly string[] {
  return files.map(({ path }) => path);
}

interface Claimed extends Owner {
  readonly ino: string;
  readonly mode: number;
}

/** Makes everything below `directory` the caller's, readable, and returns what was otherwise, as it was. */
function claim(directory: string, enter: readonly string[]): readonly Claimed[] {
  const print = ["-printf", "%i %U %G %m\\n"];
  const foreign = ["(", "!", "-uid", "0", "-o", "!", "-gid", "0", ")"];
  const closed = ["(", "-type", "d", "!", "-perm", "-u+rwx", "-o", "-type", "f", "!", "-perm", "-u+r", ")"];
  const find = [...enter, "find", directory, "-xdev"];
  const told =
    tellAnyway([...find, ...foreign, ...print, "-exec", "chown", "-h", "--", "0:0", "{}", "+"]) +
    tellAnyway([...find, ...closed, ...print, "-exec", "chmod", "--", "u+rwX", "{}", "+"]);
  return told
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [ino = "", uid, gid, mode = ""] = line.split(" ");
      return { ino, uid: Number(uid), gid: Number(gid), mode: Number.parseInt(mode, 8) };
    });
}

function run(command: readonly string[], paths: readonly string[]): void {
  const [program = "", ...rest] = command;
  const input = paths.map((path) => `${path}\0`).join("");
  execFileSync(program, rest, { env: environment, input, stdio: "pipe" });
}

/** What a program prints, also when it fails: at a path too long to name it does, and an output with such a path is refused. */
function tellAnyway(command: readonly string[]): string {
  const [program = "", ...rest] = command;
  return spawnSync(program, rest, { env: environment, encoding: "latin1", maxBuffer: 2 ** 30 }).stdout;
}
