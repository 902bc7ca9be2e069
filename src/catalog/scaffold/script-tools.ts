import { isSafe } from "./unit/service.ts";

const coreutils = [
  ...["basename", "cat", "chmod", "chown", "cp", "cut", "date", "dirname", "env", "head", "id", "install", "ln", "ls"],
  ...["mkdir", "mktemp", "mv", "nproc", "readlink", "realpath", "rm", "rmdir", "seq", "sleep", "sort", "stat", "stty"],
  ...["tail", "tee", "timeout", "touch", "tr", "tty", "uname", "uniq", "wc", "whoami"],
];

const packages: ReadonlyMap<string, string> = new Map([
  ...coreutils.map((tool): [string, string] => [tool, "coreutils"]),
  ...["egrep", "fgrep", "grep"].map((tool): [string, string] => [tool, "grep"]),
  ...["find", "xargs"].map((tool): [string, string] => [tool, "findutils"]),
  ...["pgrep", "pkill", "ps"].map((tool): [string, string] => [tool, "procps"]),
  ...Object.entries({ awk: "mawk", hostname: "hostname", sed: "sed", tar: "tar", gzip: "gzip", perl: "perl-base" }),
]);

/** A word where a command stands: at a line's beginning, behind what joins commands, or in `$(…)`. */
const command =
  /(?:^|[|;&(`]|\b(?:then|do|else|elif|if|while|until|exec|!)[ \t])[ \t]*(?:\/usr)?(?:\/bin\/)?([a-z][a-z0-9]{1,15})(?=[ \t;)`|&]|$)/gm;

/** Files below /etc that a shell script reads by `. FILE`. */
export function sourcedFiles(script: string): readonly string[] {
  const found = script.slice(0, longestScript).matchAll(/^[ \t]*(?:\.|source)[ \t]+["']?(\/etc\/[\w./-]+)/gm);
  return [...new Set([...found].map(([, path = ""]) => path))].filter(isSafe);
}

const longestScript = 1 << 18;

/** Packages that have the tools which a shell script calls, as far as its text shows; sorted. */
export function toolsOf(script: string): readonly string[] {
  const text = script.slice(0, longestScript).replaceAll(/^[ \t]*#.*$/gm, "");
  const found = [...text.matchAll(command)].flatMap(([, name = ""]) => packages.get(name) ?? []);
  return [...new Set(found)].sort();
}
