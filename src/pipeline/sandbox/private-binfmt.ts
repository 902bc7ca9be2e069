import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { Ownership } from "../stage/ownership.ts";
import { elfMachines, type Machine } from "./start-program.ts";

/** A command that runs the command after it in namespaces whose programs of another machine are executed. */
export interface PrivateBinfmt {
  readonly command: readonly string[];
  /** Whether it waits, on the descriptor `admission`, for `admitUsers`. */
  readonly admission: boolean;
}

/** The descriptor on which a command asks for its users. */
export const admission: number = 8;

/**
 * Namespaces with a binfmt_misc of their own, which has one handler: `program`, an emulator of `machine`. Linux has this since
 * 6.7; the host's handlers stay as they are. Root keeps all users of the host, so that ownership on disk is what it would
 * be without; others have the user namespace their ownership enters, or one with themselves alone.
 */
export function privateBinfmt(
  machine: Machine,
  program: string,
  { kind, enter }: Pick<Ownership, "kind" | "enter">,
): PrivateBinfmt {
  const shell = ["/bin/sh", "-c"];
  const words = [register, "sh", registration(machine, program)];
  if (kind === "real") {
    return { command: [...unshare, "--user", "--mount", "--", ...shell, admit, ...words], admission: true };
  }
  const namespaces =
    kind === "mapped" ? [...enter, "unshare", "--mount"] : [...unshare, "--user", "--map-root-user", "--mount"];
  return { command: [...namespaces, "--", ...shell, ...words], admission: false };
}

/**
 * Gives the user namespace of a started command that waits for it every user this process has, as the same user. Only root,
 * from outside, can.
 */
export function admitUsers(child: ChildProcess): void {
  const pipe = child.stdio[admission];
  pipe?.on("error", () => {});
  pipe?.once("data", () => {
    try {
      for (const map of ["uid_map", "gid_map"]) {
        writeFileSync(`/proc/${child.pid}/${map}`, sameUsers(readFileSync(`/proc/self/${map}`, "latin1")));
      }
      if ("end" in pipe) pipe.end("\n");
    } catch {
      // The command says that it got none, and ends.
      pipe.destroy();
    }
  });
}

/** A map of user_namespaces(7) in which all that `own` maps are themselves. */
export function sameUsers(own: string): string {
  const ranges = own.split("\n").flatMap((line) => {
    const [first, , count] = line.trim().split(/\s+/);
    return first === undefined || count === undefined ? [] : [`${first} ${first} ${count}\n`];
  });
  return ranges.join("");
}

/**
 * The line that registers `program` for a machine's ELF files (Documentation/admin-guide/binfmt-misc.rst). The kernel opens it at
 * once (F), so that no root needs it, gives it the file opened (O), which may be one that the step's user cannot read, and
 * keeps argv[0] (P): qemu since 6.0 looks for that.
 */
export function registration(machine: Machine, program: string): string {
  const escaped = (bytes: readonly number[]) =>
    bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  return `:hardpan-${machine}:M::${escaped(magic(machine))}:${escaped(mask)}:${program}:OPF`;
}

/** A header of 64 bits, little-endian, version 1, for any system; executable. */
function magic(machine: Machine): readonly number[] {
  return [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, ...Array<number>(8).fill(0), 2, 0, elfMachines[machine], 0];
}

/** All counts but the system, and that an executable may be one that can lie anywhere. */
const mask = [...Array<number>(7).fill(0xff), 0, ...Array<number>(8).fill(0xff), 0xfe, 0xff, 0xff, 0xff];

const unshare = ["/usr/bin/env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "unshare"];

/** A namespace without users has no root: only what is executed after they came is root of it. */
const admit = [
  `{ echo >&${admission} && read -r line <&${admission}; } || { echo "this user namespace got no users" >&2; exit 1; }`,
  `exec ${admission}>&-; exec /bin/sh -c "$0" "$@"`,
].join("; ");

/**
 * The handler lasts as long as this mount, which is as long as bubblewrap. It lies on a folder that every host has and no
 * sandbox is made of, so that steps do not see it.
 */
const register =
  'mount -t binfmt_misc binfmt_misc /sys && printf %s "$1" >/sys/register || exit 1; shift; exec env -i "$@"';
