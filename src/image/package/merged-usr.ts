const aliased = /^(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/;

/** The root's aliases of a merged /usr: `bin` → `usr/bin` and so on (Debian's usrmerge). */
export const mergedUsrLinks: readonly (readonly [path: string, target: string])[] = [
  ["bin", "usr/bin"],
  ["lib", "usr/lib"],
  ["lib64", "usr/lib64"],
  ["sbin", "usr/sbin"],
];

/** Where a file that a package ships at `path` lands when /usr is merged. Paths without leading slash. */
export function mergedUsrPath(path: string): string {
  return path.replace(aliased, "usr/$1");
}

/** Whether `path` is one of the root's own aliases, which the builder makes itself. */
export function isMergedUsrAlias(path: string): boolean {
  return aliased.exec(path)?.[0] === path;
}
