import { ImageError } from "../error.ts";
import { type Entry, fileEntry } from "../layer/entry.ts";

/** The accounts of a definition, with absent parts filled in. */
export interface Accounts {
  /** Whether the root account is kept. */
  readonly root: boolean;
  /** Name or number the image runs as; null leaves it to root. */
  readonly runAs: string | null;
  readonly users: readonly User[];
  readonly groups: readonly Group[];
}

/** A line of /etc/passwd to be. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** A line of /etc/group to be. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** What the image's process is: `uid` and `gid` in numbers. */
export interface Identity {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
}

/** What account files depend on besides the definition. */
export interface AccountSurroundings {
  /** Absolute path of a shell in the image; null where there is none. */
  readonly shell: string | null;
  /** Debian's own accounts, where base-passwd is in the image: texts of its passwd.master and group.master. */
  readonly master: { readonly passwd: string; readonly group: string } | null;
  /** The day, counted from 1970, on which passwords count as last changed, where the image keeps shadow files; else null. */
  readonly shadowDay: number | null;
}

const noShell = "/usr/sbin/nologin";
const shadowGroup = 42;
const namePattern = /^[a-z_][a-z0-9_.-]*\$?$/i;

/**
 * /etc/passwd and /etc/group, and their shadow files where the image keeps such: Debian's own accounts first, then the
 * definition's, which replace those of the same name. Throws IMAGE_ACCOUNT_INVALID for names or numbers that clash or are
 * malformed.
 */
export function accountFiles(accounts: Accounts, surroundings: AccountSurroundings): readonly Entry[] {
  const shell = surroundings.shell ?? noShell;
  const users = [...(accounts.root ? [{ name: "root", uid: 0, gid: 0 }] : []), ...accounts.users];
  const groups = [...(accounts.root ? [{ name: "root", gid: 0, members: [] }] : []), ...accounts.groups];
  for (const { name } of [...users, ...groups]) checkName(name);
  checkUnique(
    users.map((user) => user.name),
    "user",
  );
  checkUnique(
    groups.map((group) => group.name),
    "group",
  );
  const passwd = replaceLines(
    masterLines(surroundings.master?.passwd, accounts),
    users.map((user) => `${user.name}:x:${user.uid}:${user.gid}:${user.name}:${homeOf(user)}:${shell}`),
  );
  const group = replaceLines(
    masterLines(surroundings.master?.group, accounts),
    groups.map((item) => `${item.name}:x:${item.gid}:${membersOf(item, users)}`),
  );
  return [
    fileEntry("etc/passwd", textOf(passwd)),
    fileEntry("etc/group", textOf(group)),
    ...shadowFiles({ passwd, group }, surroundings.shadowDay),
  ];
}

/** Where a user's home is: /root for root, else /home/NAME. */
export function homeOf(user: User): string {
  return user.uid === 0 ? "/root" : `/home/${user.name}`;
}

/**
 * Looks up the account an image or a step runs as; `what` is what names it, for messages. Throws IMAGE_ACCOUNT_INVALID for a
 * name the definition does not declare.
 */
export function runIdentity(accounts: Accounts, what = "accounts.run-as"): Identity {
  const wanted = accounts.runAs ?? "root";
  if (wanted === "root" || wanted === "0") return { user: wanted, uid: 0, gid: 0 };
  const user = accounts.users.find((candidate) => candidate.name === wanted || String(candidate.uid) === wanted);
  if (user !== undefined) return { user: wanted, uid: user.uid, gid: user.gid };
  if (/^[0-9]+$/.test(wanted)) return { user: wanted, uid: Number(wanted), gid: 0 };
  throw new ImageError(
    "IMAGE_ACCOUNT_INVALID",
    `${what} names ${JSON.stringify(wanted)}, which is not among accounts.users`,
    {
      hint: "add the user, or give a number",
    },
  );
}

/** Lines of Debian's master file, their passwords kept in the shadow file; root's only where the definition keeps root. */
function masterLines(master: string | undefined, accounts: Accounts): readonly string[] {
  return (master ?? "")
    .split("\n")
    .filter((line) => line.includes(":") && (accounts.root || !line.startsWith("root:")))
    .map((line) => line.replace(/^([^:]+):\*:/, "$1:x:"));
}

/** `lines` with those of `own` in the place of lines that begin with the same name, or at the end. */
function replaceLines(lines: readonly string[], own: readonly string[]): readonly string[] {
  const nameOf = (line: string) => line.slice(0, line.indexOf(":"));
  const byName = new Map(lines.map((line) => [nameOf(line), line]));
  for (const line of own) if (!(nameOf(line) === "root" && byName.has("root"))) byName.set(nameOf(line), line);
  return [...byName.values()];
}

function shadowFiles(
  { passwd, group }: { readonly passwd: readonly string[]; readonly group: readonly string[] },
  day: number | null,
): readonly Entry[] {
  if (day === null) return [];
  const secret = { mode: 0o640, gid: shadowGroup };
  const names = (lines: readonly string[]) => lines.map((line) => line.slice(0, line.indexOf(":")));
  return [
    fileEntry("etc/shadow", textOf(names(passwd).map((name) => `${name}:*:${day}:0:99999:7:::`)), secret),
    fileEntry("etc/gshadow", textOf(group.map((line) => line.replace(/^([^:]+):[^:]*:[^:]*:/, "$1:*::"))), secret),
  ];
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** A user's primary group needs no member line; names listed twice are written once. */
function membersOf(group: Group, users: readonly User[]): string {
  const primary = new Set(users.filter((user) => user.gid === group.gid).map((user) => user.name));
  return [...new Set(group.members)].filter((name) => !primary.has(name)).join(",");
}

function checkName(name: string): void {
  if (namePattern.test(name) && name.length <= 32) return;
  throw new ImageError("IMAGE_ACCOUNT_INVALID", `not a user or group name: ${JSON.stringify(name)}`, {
    hint: "start with a letter or _, then letters, digits, _ . -; 32 characters at most",
  });
}

function checkUnique(names: readonly string[], what: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ImageError("IMAGE_ACCOUNT_INVALID", `the ${what} ${JSON.stringify(twice)} is declared twice`, {
    hint: "declare each account once; root is declared by accounts.root",
  });
}
