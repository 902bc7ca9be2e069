/** The shells that a package of Debian brings, its own name first; null where it is no package of a shell. */
export function shellsIn(name: string): readonly string[] | null {
  return shellPackages.get(name) ?? null;
}

/** The package manager that a package of Debian brings; null where it brings none. */
export function packageManagerIn(name: string): string | null {
  return managerPackages.get(name) ?? null;
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
