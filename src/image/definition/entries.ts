import type { Definition } from "../../definition/schema.ts";
import { directoryEntry, type Entry, fileEntry, symlinkEntry } from "../layer/entry.ts";
import type { Root } from "../layer/root.ts";
import { mergedUsrLinks } from "../package/merged-usr.ts";
import { type Accounts, accountFiles, homeOf, runIdentity } from "./accounts.ts";
import { caBundlePath, concatenate, localCertificates } from "./ca-bundle.ts";
import { osReleaseText } from "./os-release.ts";
import { applyPaths, type PathPorts } from "./paths.ts";

/** What the definition's own layer depends on besides the definition. */
export interface Surroundings {
  /** Names of the packages below it. */
  readonly packages: ReadonlySet<string>;
  /** All files of the layers below. */
  readonly root: Root;
  /** PEM text of the packaged certificates; null where none are wanted. */
  readonly certificates: string | null;
  /** Path of a shell in the image, for root's account; null where there is none. */
  readonly shell: string | null;
  /** Files that switch FIPS mode on; none for other images. */
  readonly fips: readonly Entry[];
  /** Time of all files, in seconds. */
  readonly mtime: number;
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
export async function definitionEntries(
  definition: Definition,
  surroundings: Surroundings,
  ports: PathPorts,
): Promise<readonly Entry[]> {
  const entries = [
    ...mergedUsrEntries(),
    ...(await accountEntries(accountsOf(definition), surroundings, ports)),
    ...systemEntries(definition, surroundings),
    ...surroundings.fips,
  ];
  const applied = await applyPaths(definition.paths, { entries, below: surroundings.root }, ports);
  const bundled = withBundle(applied, surroundings);
  return bundled
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
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

function mergedUsrEntries(): readonly Entry[] {
  return mergedUsrLinks.flatMap(([path, target]) => [directoryEntry(target), symlinkEntry(path, target)]);
}

/** Taken of the package, as the definition may take them out of the image. */
const masters = "package://base-passwd/usr/share/base-passwd";

async function accountEntries(
  accounts: Accounts,
  { shell, packages, mtime }: Surroundings,
  ports: PathPorts,
): Promise<readonly Entry[]> {
  const text = async (name: string) =>
    (await ports.readSource(`${masters}/${name}`)).map(({ content }) => new TextDecoder().decode(content)).join("");
  const master = packages.has("base-passwd")
    ? { passwd: await text("passwd.master"), group: await text("group.master") }
    : null;
  const shadowDay = packages.has("passwd") ? Math.floor(mtime / 86_400) : null;
  const runner = runIdentity(accounts);
  const user = accounts.users.find((candidate) => candidate.uid === runner.uid);
  const home = user === undefined ? [] : [directoryEntry(homeOf(user).slice(1), { uid: user.uid, gid: user.gid })];
  return [...accountFiles(accounts, { shell, master, shadowDay }), ...home];
}

function systemEntries(definition: Definition, { packages, root }: Surroundings): readonly Entry[] {
  const release = osReleaseText(definition["os-release"]);
  return [
    ...(release === "" ? [] : [fileEntry("usr/lib/os-release", release)]),
    ...(packages.has("base-files") ? [] : [symlinkEntry("etc/os-release", "../usr/lib/os-release")]),
    ...(packages.has("libc6") ? [fileEntry("etc/nsswitch.conf", nameServiceSwitch)] : []),
    ...(packages.has("ca-certificates") && packages.has("openssl") ? [certificateList(root)] : []),
    ...mappingEntries(definition),
    ...(packages.has("tzdata") ? [symlinkEntry("etc/localtime", "/usr/share/zoneinfo/Etc/UTC")] : []),
  ];
}

/** Package URLs the definition gives to packages, where the bill of materials finds them. */
function mappingEntries({ contents: { mappings } }: Definition): readonly Entry[] {
  if (Object.keys(mappings).length === 0) return [];
  const document = { schema: "hardpan/mappings/1", purls: mappings };
  return [fileEntry("usr/share/hardpan/mappings.json", `${JSON.stringify(document, null, 1)}\n`)];
}

/** What update-ca-certificates makes the bundle of when it is run: all certificates of the package. */
function certificateList(root: Root): Entry {
  const folder = "usr/share/ca-certificates/";
  const names = [...root.keys()].filter((path) => path.startsWith(folder) && path.endsWith(".crt"));
  const lines = names.map((path) => `${path.slice(folder.length)}\n`).toSorted();
  return fileEntry("etc/ca-certificates.conf", lines.join(""));
}

/** The packaged certificates and those the definition adds, in one file, unless the definition brings the file itself. */
function withBundle(entries: readonly Entry[], { certificates }: Surroundings): readonly Entry[] {
  if (certificates === null || entries.some((entry) => entry.path === caBundlePath)) return entries;
  const added = entries.filter((entry) => entry.path.startsWith(localCertificates) && entry.path.endsWith(".crt"));
  const texts = new Map(added.map((entry) => [entry.path, new TextDecoder().decode(entry.content)]));
  return [...entries, fileEntry(caBundlePath, `${certificates}${concatenate(texts, "the definition")}`)];
}
