import type { ImageTree } from "./model.ts";
import { resolvePath } from "./path.ts";

/** The files that say which number a user's or group's name means. */
export const accountFiles: readonly string[] = ["etc/passwd", "etc/group"];

/** A user of passwd(5). */
interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The numbers behind a configuration's `user[:group]` (OCI image-spec, config.md, `User`): each part a name or a number,
 * the user's own group where none is named, 0 for a number that passwd does not know. null for a name it does not know.
 */
export function resolveUser(
  tree: ImageTree,
  user: string,
): { readonly uid: number | null; readonly gid: number | null } {
  const [name = "", group] = user.split(":", 2);
  const accounts = readAccounts(contentOf(tree, "etc/passwd"));
  const number = name === "" ? 0 : numberOf(name);
  const account =
    number === null
      ? accounts.find((candidate) => candidate.name === name)
      : accounts.find((candidate) => candidate.uid === number);
  const uid = number ?? account?.uid ?? null;
  if (group === undefined || group === "") return { uid, gid: account?.gid ?? (number === null ? null : 0) };
  return { uid, gid: numberOf(group) ?? readGroups(contentOf(tree, "etc/group")).get(group) ?? null };
}

function contentOf(tree: ImageTree, path: string): string {
  const place = resolvePath(tree.files, path);
  const bytes = place === null ? undefined : tree.contents.get(place);
  return bytes === undefined ? "" : new TextDecoder().decode(bytes);
}

function readAccounts(passwd: string): readonly Account[] {
  return passwd.split("\n").flatMap((line) => {
    const [name = "", , uid = "", gid = ""] = line.split(":");
    const numbers = { uid: numberOf(uid), gid: numberOf(gid) };
    return numbers.uid === null || numbers.gid === null ? [] : [{ name, uid: numbers.uid, gid: numbers.gid }];
  });
}

function readGroups(group: string): ReadonlyMap<string, number> {
  const groups = new Map<string, number>();
  for (const line of group.split("\n")) {
    const [name = "", , gid = ""] = line.split(":");
    const number = numberOf(gid);
    if (number !== null && !groups.has(name)) groups.set(name, number);
  }
  return groups;
}

function numberOf(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}
