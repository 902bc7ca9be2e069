import type { ImageFile, ImageTree } from "./model.ts";
import { findFile } from "./path.ts";
import { textAt } from "./text-at.ts";

/** The files that say which number a user's or group's name means. */
export const accountFiles: readonly string[] = ["etc/passwd", "etc/group"];

/** Where links in an image lead from the account files: the files themselves, by the path they are looked for at. */
export function linkedAccountFiles(files: ImageTree["files"]): ReadonlyMap<string, ImageFile> {
  const found = accountFiles.flatMap((path): [string, ImageFile][] => {
    const file = findFile(files, path);
    return file === null || file.path === path ? [] : [[path, file]];
  });
  return new Map(found.filter(([, { type }]) => type === "file" || type === "link"));
}

/** The files of an image, with the contents of the account files. */
export type Accounts = Pick<ImageTree, "files" | "contents">;

/** A user of passwd(5). */
interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** A group of group(5). */
interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/**
 * The numbers behind a configuration's `user[:group]` (OCI image-spec, config.md, `User`): each part a name or a number,
 * the user's own group where none is named, 0 for a number that passwd does not know. null for a name it does not know.
 */
export function resolveUser(
  tree: Accounts,
  user: string,
): { readonly uid: number | null; readonly gid: number | null } {
  const [name = "", group] = user.split(":", 2);
  const number = name === "" ? 0 : numberOf(name);
  const account = findAccount(tree, name);
  const uid = number ?? account?.uid ?? null;
  if (group === undefined || group === "") return { uid, gid: account?.gid ?? (number === null ? null : 0) };
  const found = readGroups(textAt(tree, "etc/group") ?? "").find((candidate) => candidate.name === group);
  return { uid, gid: numberOf(group) ?? found?.gid ?? null };
}

/**
 * The further groups of a configuration's `user[:group]`, ascending: those of etc/group that have it as a member, and
 * none where a group is named, as Docker has it.
 */
export function supplementaryGroups(tree: Accounts, user: string): readonly number[] {
  const [name = "", group = ""] = user.split(":", 2);
  const account = findAccount(tree, name);
  if (group !== "" || account === undefined) return [];
  const groups = readGroups(textAt(tree, "etc/group") ?? "").filter(({ members }) => members.includes(account.name));
  return [...new Set(groups.map(({ gid }) => gid))].sort((a, b) => a - b);
}

/** The account a user's name or number means; an empty name is root. */
function findAccount(tree: Accounts, name: string): Account | undefined {
  const number = name === "" ? 0 : numberOf(name);
  const accounts = readAccounts(textAt(tree, "etc/passwd") ?? "");
  return accounts.find((candidate) => (number === null ? candidate.name === name : candidate.uid === number));
}

function readAccounts(passwd: string): readonly Account[] {
  return passwd.split("\n").flatMap((line) => {
    const [name = "", , uid = "", gid = ""] = line.split(":");
    const numbers = { uid: numberOf(uid), gid: numberOf(gid) };
    return numbers.uid === null || numbers.gid === null ? [] : [{ name, uid: numbers.uid, gid: numbers.gid }];
  });
}

function readGroups(group: string): readonly Group[] {
  return group.split("\n").flatMap((line) => {
    const [name = "", , gid = "", members = ""] = line.split(":");
    const number = numberOf(gid);
    return number === null ? [] : [{ name, gid: number, members: members.trim().split(",") }];
  });
}

function numberOf(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}
