import type { Definition, DefinitionPath } from "../../definition/schema.ts";
import { ImageError } from "../error.ts";
import { directoryEntry, type Entry, entryPath, fileEntry, symlinkEntry } from "../layer/entry.ts";
import { type Accounts, accountFiles, homeOf, runIdentity } from "./accounts.ts";
import { caBundlePath, concatenate, localCertificates } from "./ca-bundle.ts";
import { osReleaseText } from "./os-release.ts";

/** What the definition's own layer depends on besides the definition. */
export interface Surroundings {
  /** Names of the packages below it. */
  readonly packages: ReadonlySet<string>;
  /** PEM text of the packaged certificates; null where none are wanted. */
  readonly certificates: string | null;
  /** Path of a shell in the image, for root's account; null where there is none. */
  readonly shell: string | null;
  readonly platform: string;
  /** Time of all files, in seconds. */
  readonly mtime: number;
  /** Reads a file of the catalogue that the definition names by `source`. */
  readFile(path: string): Promise<Uint8Array>;
}

const nameServiceSwitch = `passwd:    files
group:     files
shadow:    files
hosts:     files dns
networks:  files
protocols: files
services:  files
`;

/**
 * The files a definition itself brings: accounts, os-release, the CA bundle and other things that maintainer scripts would
 * have left, then its `paths`, which win over all before them. Sorted by path.
 */
export async function definitionEntries(definition: Definition, surroundings: Surroundings): Promise<readonly Entry[]> {
  const accounts = accountsOf(definition);
  const own = await pathEntries(definition.paths, surroundings);
  const entries = [
    ...accountEntries(accounts, surroundings),
    ...systemEntries(definition, surroundings),
    ...bundleEntries(own, surroundings),
    ...own,
  ];
  const last = new Map(entries.map((entry) => [entry.path, entry]));
  return [...last.values()]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((entry) => ({ ...entry, mtime: surroundings.mtime }));
}

/** The accounts of a definition with absent parts filled in. */
export function accountsOf(definition: Definition): Accounts {
  const { accounts } = definition;
  return {
    root: accounts.root ?? false,
    runAs: accounts["run-as"] ?? null,
    users: accounts.users,
    groups: accounts.groups,
  };
}

function accountEntries(accounts: Accounts, { shell }: Surroundings): readonly Entry[] {
  const { passwd, group } = accountFiles(accounts, { shell });
  const runner = runIdentity(accounts);
  const user = accounts.users.find((candidate) => candidate.uid === runner.uid);
  const home = user === undefined ? [] : [directoryEntry(homeOf(user).slice(1), { uid: user.uid, gid: user.gid })];
  return [fileEntry("etc/passwd", passwd), fileEntry("etc/group", group), ...home];
}

function systemEntries(definition: Definition, { packages }: Surroundings): readonly Entry[] {
  const release = osReleaseText(definition["os-release"]);
  return [
    ...(release === "" ? [] : [fileEntry("usr/lib/os-release", release)]),
    ...(packages.has("base-files") ? [] : [symlinkEntry("etc/os-release", "../usr/lib/os-release")]),
    ...(packages.has("libc6") ? [fileEntry("etc/nsswitch.conf", nameServiceSwitch)] : []),
    ...(packages.has("tzdata") ? [symlinkEntry("etc/localtime", "/usr/share/zoneinfo/Etc/UTC")] : []),
  ];
}

function bundleEntries(own: readonly Entry[], { certificates }: Surroundings): readonly Entry[] {
  if (certificates === null) return [];
  const added = own.filter((entry) => entry.path.startsWith(localCertificates) && entry.path.endsWith(".crt"));
  const texts = new Map(added.map((entry) => [entry.path, new TextDecoder().decode(entry.content)]));
  return [fileEntry(caBundlePath, `${certificates}${concatenate(texts, "the definition")}`)];
}

async function pathEntries(paths: readonly DefinitionPath[], surroundings: Surroundings): Promise<readonly Entry[]> {
  const made = paths.filter(({ type }) => type !== "delete");
  const wanted = made.filter(
    ({ platforms }) => platforms === undefined || platforms.some((name) => name === surroundings.platform),
  );
  return await Promise.all(wanted.map(async (item) => await pathEntry(item, surroundings)));
}

async function pathEntry(item: DefinitionPath, surroundings: Surroundings): Promise<Entry> {
  const path = entryPath(item.path);
  if (item.recursive === true) throw unsupported(item, "`recursive`");
  if (item.if !== undefined) throw unsupported(item, "`if`");
  const owner = { uid: item.uid ?? 0, gid: item.gid ?? 0 };
  const mode = (usual: number) => (item.mode === undefined ? usual : Number.parseInt(item.mode, 8));
  switch (item.type) {
    case "directory":
      if (item.source !== undefined) throw unsupported(item, "a directory with `source`");
      return directoryEntry(path, { ...owner, mode: mode(0o755) });
    case "symlink":
      return symlinkEntry(path, item.source ?? "", owner);
    case "file": {
      const content = item.source === undefined ? (item.content ?? "") : await surroundings.readFile(item.source);
      return fileEntry(path, content, { ...owner, mode: mode(0o644) });
    }
    case "emptyfile":
      return fileEntry(path, "", { ...owner, mode: mode(0o644) });
    case "delete":
      throw unsupported(item, "deleting what no package ships");
  }
}

function unsupported(item: DefinitionPath, what: string): ImageError {
  return new ImageError("IMAGE_UNSUPPORTED", `paths: ${item.path}: ${what} cannot be built yet`, {
    hint: "write the files out one by one",
  });
}
