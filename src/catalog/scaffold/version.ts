import { type Guessed, likely, unsure } from "./facts.ts";

/** How an image's version is taken of its package's, and the line of versions its tags are of. */
export interface VersionGuess {
  /** A regular expression whose first group is the version: `^\d+:(\d+\.\d+\.\d+)`. */
  readonly pattern: string;
  /** What it finds now: `8.0.2`. */
  readonly version: string;
  /** `8.0`; a version of one number is its own line. */
  readonly line: string;
}

const mostNumbers = 4;

/** Takes apart a Debian version, `5:8.0.2-3+deb13u3`: its numbers at the beginning are upstream's version. */
export function guessVersion(debianVersion: string, name: string): Guessed<VersionGuess> {
  const [, epoch, upstream = ""] = /^(?:(\d+):)?(.*)$/s.exec(debianVersion) ?? [];
  const numbers = (/^\d+(?:\.\d+)*/.exec(upstream)?.[0] ?? "0").split(".").slice(0, mostNumbers);
  const version = numbers.join(".");
  const group = numbers.map(() => String.raw`\d+`).join(String.raw`\.`);
  const value: VersionGuess = {
    pattern: `^${epoch === undefined ? "" : String.raw`\d+:`}(${group})`,
    version,
    line: numbers.slice(0, 2).join("."),
  };
  const rest = upstream.slice(version.length).replace(/-[^-]*$/, "");
  const reason = `the version of ${name}, ${debianVersion}`;
  // What packagers add stands after + or ~; other letters may be part of upstream's version.
  if (rest === "" || /^\+(dfsg|ds|deb|really)/.test(rest)) return likely(value, reason);
  return unsure(value, reason, `look whether ${version} is what its makers call it`);
}

/** Whether a line of versions, `8` or `8.0`, is one of `version`. */
export function isLineOf(line: string, version: string): boolean {
  return version === line || version.startsWith(`${line}.`);
}
