import { isGemName, isGemVersion, isPlatform } from "./stub.ts";

/** A gem that `Gemfile.lock` names. */
export interface LockedGem {
  readonly name: string;
  readonly version: string;
  readonly platform: string | null;
  readonly requires: readonly string[];
}

const mostLines = 200_000;

/**
 * The gems of `Gemfile.lock` that come from a server or a repository (Bundler, lockfile format): four blanks before a gem,
 * six before what it requires. Gems of the project's own folders (PATH) are left out.
 */
export function parseGemfileLock(text: string): readonly LockedGem[] {
  const gems: { name: string; version: string; platform: string | null; requires: string[] }[] = [];
  let isForeign = false;
  for (const line of text.split("\n", mostLines)) {
    if (/^[A-Z]/.test(line)) isForeign = /^(GEM|GIT)\b/.test(line);
    if (!isForeign) continue;
    const [, name = "", whole = ""] = /^ {4}(\S+) \(([^\s()]+)\)\r?$/.exec(line) ?? [];
    const [version = "", ...platform] = whole.split(/-(.*)/s, 2);
    if (isGemName(name) && isGemVersion(version)) {
      gems.push({ name, version, platform: platform.find(isPlatform) ?? null, requires: [] });
      continue;
    }
    const [, required = ""] = /^ {6}([^\s!]+)/.exec(line) ?? [];
    if (isGemName(required)) gems.at(-1)?.requires.push(required);
  }
  return gems;
}
