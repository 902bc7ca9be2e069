import { packageManagerIn, shellsIn } from "../../facts/program-packages.ts";
import {
  behindLinks,
  certain,
  filesByPath,
  type Guessed,
  isProgramPath,
  merged,
  type PackagedFile,
  type ScaffoldFacts,
  unsure,
} from "./facts.ts";
import { interpreterPackages } from "./interpreters.ts";
import { isSafe } from "./unit/service.ts";

/** What dependencies bring that only scripts of packages, or hosts, have a use for; the shared parts leave out more. */
const forHosts: ReadonlySet<string> = new Set([
  "adduser",
  "cron",
  "cron-daemon-common",
  "dbconfig-common",
  "dbconfig-no-thanks",
  "dbus",
  "dbus-bin",
  "debconf",
  "default-logind",
  "ifupdown",
  "init-system-helpers",
  "iproute2",
  "libpam-systemd",
  "login",
  "logrotate",
  "lsb-base",
  "passwd",
  "perl-base",
  "polkitd",
  "rsyslog",
  "runit-helper",
  "ssl-cert",
  "sysuser-helper",
  "systemd",
  "systemd-dev",
  "systemd-standalone-sysusers",
  "systemd-standalone-tmpfiles",
  "systemd-sysv",
  "ucf",
]);

/** Of a closure, the packages that only scripts of packages, or hosts, have a use for; `own` stay whatever they are. */
export function hostPackages(closure: readonly string[], own: readonly string[]): readonly string[] {
  // Who depends on all of Perl runs it.
  const isWanted = (name: string) => own.includes(name) || (name === "perl-base" && closure.includes("perl"));
  return closure.filter((name) => forHosts.has(name) && !isWanted(name));
}

/** Shells and package managers in a closure, which the definition of a runtime image has to list. */
export function programsToList(closure: readonly string[], own: readonly string[]): readonly Guessed<string>[] {
  return closure.flatMap((name) => {
    const kind = shellsIn(name) !== null ? "shell" : packageManagerIn(name) !== null ? "package manager" : null;
    if (kind === null || own.includes(name)) return [];
    return [unsure(name, "what depends on it", `look whether the program needs this ${kind}, else exclude it`)];
  });
}

/**
 * Files that a runtime image goes without: scripts without their interpreter, and what has special rights. `started` stays.
 * Whether an interpreter is there is known only where all packages are.
 */
export function filesToDelete(facts: ScaffoldFacts, started: string): readonly Guessed<string>[] {
  const packages = [...facts.own, ...facts.others];
  const byPath = filesByPath(packages);
  const files = [...byPath.values()];
  const broken = facts.isComplete ? brokenScripts(files, byPath, byPath) : [];
  const special = files.filter(({ type, mode }) => type === "file" && (mode & 0o6000) !== 0);
  const staying = new Set([started, behindLinks(started, byPath), ...alreadyDeleted]);
  return [
    ...broken.map(({ path, interpreter }) => certain(path, `its first line: ${interpreter ?? ""} is not in the image`)),
    ...special.filter((file) => !broken.includes(file)).map(({ path }) => certain(path, "its setuid or setgid bit")),
  ].filter(({ value }) => !staying.has(value) && isSafe(value));
}

/** What the shared parts delete. */
const alreadyDeleted: ReadonlySet<string> = new Set(["/usr/sbin/update-ca-certificates"]);

/** Scripts of a -dev image that nothing there runs, by path. */
export function brokenInDev({ own, dev }: Pick<ScaffoldFacts, "own" | "dev">): readonly string[] {
  if (dev === null) return [];
  const files = filesByPath([...own, ...dev.brought]);
  const known = new Map<string, unknown>(files);
  for (const [path, name] of interpreterPackages) if (dev.closure.includes(name)) known.set(path, name);
  const broken = brokenScripts([...files.values()], files, known);
  return broken
    .map(({ path }) => path)
    .filter(isSafe)
    .sort();
}

/** Scripts that PATH finds, also by a link, and nothing in `known` runs. */
function brokenScripts(
  files: readonly PackagedFile[],
  byPath: ReadonlyMap<string, PackagedFile>,
  known: ReadonlyMap<string, unknown>,
): readonly PackagedFile[] {
  const found = files.filter(({ path }) => isProgramPath(path)).map(({ path }) => behindLinks(path, byPath));
  const scripts = [...new Set(found)].flatMap((path) => byPath.get(path) ?? []);
  return scripts.filter((file) => lacksInterpreter(file, known));
}

/** Whether a script has an interpreter that no package ships; what `env` looks for counts by its name. */
function lacksInterpreter({ type, mode, interpreter }: PackagedFile, byPath: ReadonlyMap<string, unknown>): boolean {
  if (type !== "file" || (mode & 0o111) === 0 || interpreter === null) return false;
  return findInterpreter(interpreter, byPath) === null;
}

/** The path of what runs a script, of `/usr/bin/env NAME` of what it names; null where no package ships it. */
export function findInterpreter(line: string, byPath: ReadonlyMap<string, unknown>): string | null {
  const [program = "", argument = ""] = line.split(/\s+/);
  const path = merged(program);
  if (path !== "/usr/bin/env") return byPath.has(path) ? path : null;
  const places = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"].map(
    (folder) => `${folder}/${argument}`,
  );
  return byPath.has(path) ? (places.find((place) => byPath.has(place)) ?? null) : null;
}
