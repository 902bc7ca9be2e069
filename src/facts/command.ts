import { environmentValue } from "./environment.ts";
import type { ImageFile } from "./model.ts";
import { findFile, nameOf, parentOf, resolvePath } from "./path.ts";

type Files = ReadonlyMap<string, ImageFile>;

/** Folders programs are looked for in, besides those of the image's own PATH; `busybox` is where debug images keep theirs. */
const programFolders = ["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "opt/bin", "busybox"];

const shellNames: ReadonlySet<string> = new Set([
  ...["sh", "bash", "rbash", "dash", "ash", "zsh", "rzsh", "zsh5", "ksh", "rksh", "ksh93", "rksh93", "mksh", "rmksh"],
  ...["lksh", "oksh", "pdksh", "yash", "posh", "csh", "bsd-csh", "tcsh", "fish", "elvish", "xonsh", "nu", "pwsh"],
  ...["busybox", "toybox", "sash", "bsh"],
]);

/** What a shell that is linked statically has after its name: bash-static, busybox.static. */
const staticEnding = /[-.]static$/;

/** Program name → the package manager it belongs to. */
const managerNames: ReadonlyMap<string, string> = new Map([
  ...["apt", "apt-get", "aptitude"].map((name): [string, string] => [name, "apt"]),
  ...["npm", "npx"].map((name): [string, string] => [name, "npm"]),
  ...["yarn", "yarnpkg"].map((name): [string, string] => [name, "yarn"]),
  ...["dnf", "dnf5", "microdnf"].map((name): [string, string] => [name, "dnf"]),
  ...["mamba", "micromamba"].map((name): [string, string] => [name, "mamba"]),
  ...["pip", "pnpm", "corepack", "bun", "dpkg", "apk", "rpm", "yum", "zypper", "pacman", "opkg", "tdnf"].map(itself),
  ...["gem", "composer", "cargo", "conda", "pipx", "poetry", "uv", "nix-env", "brew", "snap", "flatpak"].map(itself),
]);

/** Whether a program of this name is a shell. */
export function isShell(name: string): boolean {
  return shellNames.has(name.replace(staticEnding, ""));
}

/** The package manager a program of this name belongs to; pip has names with the version of its Python, `pip3.13`. */
function managerOf(name: string): string | null {
  return managerNames.get(name.replace(/^pip\d+(?:\.\d+)?$/, "pip")) ?? null;
}

/**
 * Paths of the shells among the programs of an image, sorted, the restricted zsh after the full one; a link counts where it
 * leads to a program that is there.
 */
export function findShells(files: Files, environment: readonly string[]): readonly string[] {
  // The first is what an image's accounts get as their login shell.
  const order = (path: string) => path.replace(/(^|\/)rzsh$/, "$1zsh-restricted");
  return [...findPrograms(files, { environment, isMeant: isShell })].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Names of the package managers among the programs of an image, sorted. */
export function findPackageManagers(files: Files, environment: readonly string[]): readonly string[] {
  const found = findPrograms(files, { environment, isMeant: (name) => managerOf(name) !== null });
  return [...new Set([...found].flatMap((path) => managerOf(nameOf(path)) ?? []))].sort();
}

/** Programs of such names: executable files, or links that lead to one; each by its path without links in its folders. */
function findPrograms(
  files: Files,
  { environment, isMeant }: { readonly environment: readonly string[]; readonly isMeant: (name: string) => boolean },
): ReadonlySet<string> {
  const folders = searchedFolders(files, environment);
  const found = new Set<string>();
  for (const path of files.keys()) {
    if (folders.has(parentOf(path)) && isMeant(nameOf(path)) && isProgram(files, path)) found.add(path);
  }
  return found;
}

/** The folders programs are looked for in, links followed; without leading slash. */
export function searchedFolders(files: Files, environment: readonly string[]): ReadonlySet<string> {
  return new Set(
    [...programFolders, ...pathFolders(environment)].flatMap((folder) => resolvePath(files, folder) ?? []),
  );
}

/** The absolute folders of the image's own PATH, in their order; empty where it sets none. */
export function pathFolders(environment: readonly string[]): readonly string[] {
  const folders = environmentValue(environment, "PATH")?.split(":").slice(0, 100) ?? [];
  return folders.filter((folder) => folder.startsWith("/"));
}

/** Whether there is an executable file at `path`, or a link that leads to one. */
export function isProgram(files: Files, path: string): boolean {
  if (!files.has(path)) return false;
  const file = findFile(files, path);
  return file !== null && (file.type === "file" || file.type === "link") && (file.mode & 0o111) !== 0;
}

function itself(name: string): [string, string] {
  return [name, name];
}
