import { environmentValue } from "./environment.ts";
import type { ImageFile } from "./model.ts";
import { findFile, joinPath, resolvePath } from "./path.ts";

type Files = ReadonlyMap<string, ImageFile>;

/** Folders programs are looked for in, besides those of the image's own PATH; `busybox` is where debug images keep theirs. */
const programFolders = ["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "opt/bin", "busybox"];

const shellNames = [
  ...["sh", "bash", "rbash", "dash", "ash", "zsh", "ksh", "ksh93", "mksh", "lksh", "oksh", "pdksh", "yash", "posh"],
  ...["csh", "bsd-csh", "tcsh", "fish", "elvish", "xonsh", "nu", "pwsh", "busybox", "toybox", "sash", "bsh"],
];

/** Program name → the package manager it belongs to. */
const managerNames: ReadonlyMap<string, string> = new Map([
  ...["apt", "apt-get", "aptitude"].map((name): [string, string] => [name, "apt"]),
  ...["pip", "pip3"].map((name): [string, string] => [name, "pip"]),
  ...["yarn", "yarnpkg"].map((name): [string, string] => [name, "yarn"]),
  ...["dnf", "dnf5", "microdnf"].map((name): [string, string] => [name, "dnf"]),
  ...["npm", "pnpm", "corepack", "bun", "dpkg", "apk", "rpm", "yum", "zypper", "pacman", "opkg", "tdnf"].map(itself),
  ...["gem", "composer", "cargo", "conda", "mamba", "pipx", "poetry", "uv", "nix-env", "brew", "snap", "flatpak"].map(
    itself,
  ),
]);

/** Paths of the shells among the programs of an image, sorted; a link counts where it leads to a program that is there. */
export function findShells(files: Files, environment: readonly string[]): readonly string[] {
  return findPrograms(files, { environment, names: shellNames }).map((program) => program.path);
}

/** Names of the package managers among the programs of an image, sorted. */
export function findPackageManagers(files: Files, environment: readonly string[]): readonly string[] {
  const found = findPrograms(files, { environment, names: [...managerNames.keys()] });
  return [...new Set(found.flatMap((program) => managerNames.get(program.name) ?? []))].sort();
}

/** Programs of these names: executable files, or links that lead to one. Each is listed once, by its path without links in its folders. */
function findPrograms(
  files: Files,
  wanted: { readonly environment: readonly string[]; readonly names: readonly string[] },
): readonly { readonly name: string; readonly path: string }[] {
  const found = [...searchedFolders(files, wanted.environment)].flatMap((folder) =>
    wanted.names.map((name) => ({ name, path: joinPath(folder, name) })),
  );
  return found.filter(({ path }) => isProgram(files, path)).sort((a, b) => (a.path < b.path ? -1 : 1));
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
