import { nameOf } from "../../facts/path.ts";
import type { Interest, Reading } from "../cataloger.ts";
import { type Lock, longestLock } from "./lock/lock.ts";
import { parsePackageLock } from "./lock/package-lock.ts";
import { parsePnpmLock } from "./lock/pnpm-lock.ts";
import { parseYarnLock } from "./lock/yarn-lock.ts";
import { longestManifest, type Manifest, parseManifest } from "./manifest.ts";
import { type PlacedPackages, parsePlugAndPlay } from "./plug-and-play.ts";
import { readZipManifest } from "./zip-manifest.ts";

/** What one file says of npm packages. */
export type NpmFinding = Manifest | Lock | PlacedPackages;

const locks: ReadonlyMap<string, (text: string) => Lock> = new Map([
  ["package-lock.json", parsePackageLock],
  ["npm-shrinkwrap.json", parsePackageLock],
  ["pnpm-lock.yaml", parsePnpmLock],
  ["yarn.lock", parseYarnLock],
]);
const plugAndPlay = [".pnp.cjs", ".pnp.js", ".pnp.data.json"];

/** The files that say something of npm packages. */
export const npmInterest: Interest = {
  names: ["package.json", ...locks.keys(), ...plugAndPlay],
  endings: [".zip"],
};

/**
 * How such a file is read. Lock files in installed packages are those of their development, and the one that npm leaves in
 * node_modules says what the packages there say themselves; both are passed over.
 */
export function npmReading(path: string): Reading<NpmFinding> | null {
  const name = nameOf(path);
  if (name === "package.json") {
    if (isInModules(path) && installedName(path) === null) return null;
    return { limit: longestManifest, read: (content) => parseManifest(decode(content)) };
  }
  if (isYarnArchive(path)) return { stream: readZipManifest };
  if (isInModules(path)) return null;
  const parseLock = locks.get(name);
  if (parseLock !== undefined) return { limit: longestLock, read: (content) => parseLock(decode(content)) };
  if (!plugAndPlay.includes(name)) return null;
  return { limit: longestLock, read: (content) => parsePlugAndPlay(decode(content)) };
}

/** `a-npm-1.0.0-0123456789-abcdef0123.zip`: the name ends in parts of two checksums, or of one and a number. */
function isYarnArchive(path: string): boolean {
  return /-[0-9a-f]{10}(?:-[0-9a-z]{1,20})?\.zip$/.test(path);
}

/** The name of the folder that the package.json at `path` is installed in; null where it is not an installed package's. */
export function installedName(path: string): string | null {
  const match = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/.exec(path);
  return match?.[1] ?? null;
}

function isInModules(path: string): boolean {
  return /(?:^|\/)node_modules\//.test(path);
}

function decode(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}
