import { ImageError } from "../error.ts";

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

const noShell = "/usr/sbin/nologin";
const namePattern = /^[a-z_][a-z0-9_.-]*\$?$/i;

/** The contents of /etc/passwd and /etc/group. Throws IMAGE_ACCOUNT_INVALID for names or numbers that clash or are malformed. */
export function accountFiles(
  accounts: Accounts,
  options: { readonly shell: string | null },
): { readonly passwd: string; readonly group: string } {
  const shell = options.shell ?? noShell;
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
  return {
    passwd: users
      .map((user) => `${user.name}:x:${user.uid}:${user.gid}:${user.name}:${homeOf(user)}:${shell}\n`)
      .join(""),
    group: groups.map((group) => `${group.name}:x:${group.gid}:${membersOf(group, users)}\n`).join(""),
  };
}

/** Where a user's home is: /root for root, else /home/NAME. */
export function homeOf(user: User): string {
  return user.uid === 0 ? "/root" : `/home/${user.name}`;
}

/** Looks up the account an image runs as. Throws IMAGE_ACCOUNT_INVALID for a name the definition does not declare. */
export function runIdentity(accounts: Accounts): Identity {
  const wanted = accounts.runAs ?? "root";
  if (wanted === "root" || wanted === "0") return { user: wanted, uid: 0, gid: 0 };
  const user = accounts.users.find((candidate) => candidate.name === wanted || String(candidate.uid) === wanted);
  if (user !== undefined) return { user: wanted, uid: user.uid, gid: user.gid };
  if (/^[0-9]+$/.test(wanted)) return { user: wanted, uid: Number(wanted), gid: 0 };
  throw new ImageError(
    "IMAGE_ACCOUNT_INVALID",
    `accounts.run-as names ${JSON.stringify(wanted)}, which is not among accounts.users`,
    {
      hint: "add the user, or give a number",
    },
  );
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
