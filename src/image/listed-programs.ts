import { packageRequest } from "../definition/package.ts";
import type { DefinitionContents } from "../definition/schema.ts";

/** Shells and package managers that a definition asks for by listing their packages. */
export interface ListedPrograms {
  /** By package, the names of the shells it brings, its own first. */
  readonly shells: Readonly<Record<string, readonly string[]>>;
  readonly packageManagers: readonly string[];
}

/** The shells and package managers among the packages that a definition lists; what only depends on them is not looked at. */
export function listedPrograms({ packages }: Pick<DefinitionContents, "packages">): ListedPrograms {
  const listed = packageRequest(packages).packages.map(({ name }) => name);
  const shells = listed.flatMap((name): [string, readonly string[]][] => {
    const names = shellPackages.get(name);
    return names === undefined ? [] : [[name, names]];
  });
  return {
    shells: Object.fromEntries(shells),
    packageManagers: listed.flatMap((name) => managerPackages.get(name) ?? []),
  };
}

/** Package → the shells it brings, with the names its maintainer scripts and a definition's links give them. */
const shellPackages: ReadonlyMap<string, readonly string[]> = new Map([
  ["bash", ["bash", "rbash", "sh"]],
  ["bash-static", ["bash-static", "bash", "sh"]],
  ["busybox", ["busybox", "sh", "ash"]],
  ["busybox-static", ["busybox", "busybox.static", "sh", "ash"]],
  ["csh", ["csh", "bsd-csh"]],
  ["dash", ["dash", "sh"]],
  ["elvish", ["elvish"]],
  ["fish", ["fish"]],
  ["ksh", ["ksh", "ksh93", "rksh", "rksh93"]],
  ["ksh93u+m", ["ksh", "ksh93", "rksh", "rksh93"]],
  ["mksh", ["mksh", "mksh-static", "rmksh", "lksh", "ksh", "rksh", "sh"]],
  ["posh", ["posh", "sh"]],
  ["sash", ["sash"]],
  ["tcsh", ["tcsh", "csh"]],
  ["toybox", ["toybox", "sh"]],
  ["xonsh", ["xonsh"]],
  ["yash", ["yash", "sh"]],
  ["zsh", ["zsh", "zsh5", "rzsh", "sh"]],
  ["zsh-static", ["zsh-static", "zsh5-static", "zsh", "sh"]],
]);

/** Package → the package manager it brings. */
const managerPackages: ReadonlyMap<string, string> = new Map([
  ["apt", "apt"],
  ["cargo", "cargo"],
  ["composer", "composer"],
  ["dpkg", "dpkg"],
  ["npm", "npm"],
  ["pipx", "pipx"],
  ["python3-pip", "pip"],
  ["yarnpkg", "yarn"],
]);
