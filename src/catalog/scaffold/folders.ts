import { certain, type Guessed, likely, merged, type PackagedFile, type PackageFacts, unsure } from "./facts.ts";
import type { Installation } from "./maintainer-scripts.ts";
import { nearness } from "./near-program.ts";
import { sourcedFiles } from "./script-tools.ts";
import { isSafe, type ServiceUnit } from "./unit/service.ts";

/** Folders and files that the image's user is to have. */
export interface Belongings {
  /** Folders that the user writes to, each once; no one is inside another's data volume by chance: parents come first. */
  readonly folders: readonly Guessed<OwnedFolder>[];
  /** Files of packages that others than their owner may not read, which are given to the user's group. */
  readonly readable: readonly Guessed<ReadableFile>[];
}

/** A folder of the user's. `kept` is for data that outlives the container. */
export interface OwnedFolder {
  readonly path: string;
  readonly kept: boolean;
  /** Whether it is empty in every new container: `/run` and its like. */
  readonly temporary: boolean;
}

/** A file of a package. `mode` is octal, `0640`. */
export interface ReadableFile {
  readonly path: string;
  readonly package: string;
  readonly mode: string;
}

/** What `guessBelongings` looks at. */
export interface BelongingsOptions {
  readonly own: readonly PackageFacts[];
  readonly unit: ServiceUnit;
  readonly installed: Installation;
}

const mostFolders = 40;

/** Finds what the user of a service has to have: what systemd and the package's scripts would give to it. */
export function guessBelongings(options: BelongingsOptions): Belongings {
  const { own, unit, installed } = options;
  const files = own.flatMap((one) => one.files);
  const isFile = new Set(files.filter(({ type }) => type !== "directory").map(({ path }) => path));
  const { state, cache, logs, runtime } = unit.folders;
  const names = [unit.name.replace(/@?\.service$/, ""), unit.user ?? "", ...own.map(({ name }) => name)].filter(
    (name) => name !== "",
  );
  const isNamedAs = (path: string) => nearness(path.slice(path.lastIndexOf("/") + 1), names) > 0;
  const found = [
    ...[...state, ...cache, ...logs, ...runtime].map((path) => certain(folder(path), unit.name)),
    ...(unit.pidFile === null
      ? []
      : [likely(folder(unit.pidFile.replace(/\/[^/]*$/, "")), `PIDFile= of ${unit.name}`)]),
    ...unit.writable.filter(isData).map((path) => likely(folder(path), unit.name)),
    ...installed.owned
      .filter(({ path }) => isData(path) && !isNamedLikeFile(path))
      .map(({ path, source }) => likely(folder(path), source, "look whether it is needed")),
    ...files
      .filter(({ path, type }) => type === "directory" && isSafe(path) && isOwnData(path) && isNamedAs(path))
      .map(({ path }) => unsure(folder(path), "the folders of the package", "look whether it writes there")),
  ];
  const first = found.filter(
    ({ value }, index) => found.findIndex((other) => other.value.path === value.path) === index,
  );
  return {
    folders: first
      .filter(({ value }) => !isFile.has(value.path))
      .toSorted((a, b) => (a.value.path < b.value.path ? -1 : 1))
      .slice(0, mostFolders),
    readable: [...own.flatMap((one) => one.files.flatMap((file) => readable(file, one.name))), ...sourced(options)],
  };
}

function folder(path: string): OwnedFolder {
  const place = merged(path);
  return {
    path: place,
    kept: /^\/(var\/lib|srv)\//.test(place),
    temporary: /^\/(run|var\/cache|var\/log|var\/tmp)(\/|$)/.test(place),
  };
}

/** Whether a path is where services write. */
function isData(path: string): boolean {
  return /^\/(var\/(lib|cache|log|spool)|run|var\/run|srv)\/[^/]+/.test(path) && !isShared(path);
}

/** A folder that a package ships for its data, one level below the place for it. */
function isOwnData(path: string): boolean {
  return /^\/var\/(lib|cache|log|spool)\/[^/]+$/.test(path) && !isShared(path);
}

function isNamedLikeFile(path: string): boolean {
  return /\.[a-z]+$/.test(path);
}

/** Folders of the system, which no one program has. */
function isShared(path: string): boolean {
  return /^\/var\/(lib\/(dpkg|apt|systemd|misc|ucf|pam|polkit-1|python|dbus|dhcp)|cache\/(apt|debconf|man)|log\/(journal|apt)|spool\/(cron|mail))(\/|$)/.test(
    path,
  );
}

function readable({ path, type, mode }: PackagedFile, name: string): readonly Guessed<ReadableFile>[] {
  if (type !== "file" || !path.startsWith("/etc/") || (mode & 0o4) !== 0 || isLeftOut(path) || !isSafe(path)) return [];
  const value = { path, package: name, mode: `0${((mode & 0o770) | 0o40).toString(8).padStart(3, "0")}` };
  return [certain(value, `the mode it has in ${name}, which keeps the user from reading it`)];
}

/** Files that the shell script which a service starts reads, and images leave out of /etc otherwise. */
function sourced({ own, unit }: BelongingsOptions): readonly Guessed<ReadableFile>[] {
  const texts = new Map(own.flatMap((one) => [...one.texts]));
  const paths = unit.command.flatMap((word) => sourcedFiles(texts.get(merged(word)) ?? "")).filter(isLeftOut);
  return own.flatMap(({ name, files }) =>
    files
      .filter(({ path }) => paths.includes(path))
      .map(({ path }) => certain({ path, package: name, mode: "0644" }, "the script that the service starts")),
  );
}

/** What images of services leave out of /etc. */
function isLeftOut(path: string): boolean {
  return /^\/etc\/(sudoers\.d|cron\.\w+|default|init\.d|logrotate\.d|apparmor\.d|network|ppp)\//.test(path);
}
