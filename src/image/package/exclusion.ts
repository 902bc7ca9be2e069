/** Changes whenever the rules below do, so that cached fragments made by other rules are not taken. */
export const exclusionRules = "documentation/1";

const excludedFolders = [
  "usr/share/doc/",
  "usr/share/doc-base/",
  "usr/share/man/",
  "usr/share/info/",
  "usr/share/groff/",
  "usr/share/locale/",
  "usr/share/linda/",
  "usr/share/lintian/",
  "usr/share/bug/",
];

/**
 * Whether a package's file is left out of images that do not ask for it: documentation, translations and packaging
 * checks, as in Debian's slim images. Copyright files stay, and with them the links that lead to another package's.
 */
export function isExcluded(path: string, type: string): boolean {
  const folder = excludedFolders.find((candidate) => path.startsWith(candidate) || `${path}/` === candidate);
  if (folder === undefined) return false;
  if (path === "usr/share/locale/locale.alias") return false;
  if (folder !== "usr/share/doc/") return true;
  const below = path.slice(folder.length).split("/");
  const isCopyright = below.length === 2 && below[1] === "copyright";
  const isLinkToPackage = below.length === 1 && type === "symlink";
  return !isCopyright && !isLinkToPackage;
}
