import { compareSemver } from "./semver.ts";

/**
 * The order of Go's versions: of modules, which are semantic versions with or without `v` (`+incompatible` does not count, and
 * pseudo-versions are prereleases), and of Go itself and its standard library, where `go1.22rc1` is 1.22.0-rc.1 and
 * `go1.22.3-vendor` is 1.22.3. Takes any text, as `compareSemver` does.
 */
export function compareGoVersions(left: string, right: string): number {
  return left === right ? 0 : compareSemver(semantic(left), semantic(right));
}

const toolchain = /^go(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(alpha|beta|rc)(\d+))?(?=$|[-+\s])/;
const prerelease = /^(\d+)\.(\d+)(?:\.(\d+))?(alpha|beta|rc)(\d+)(?=$|[-+\s])/;

function semantic(text: string): string {
  const match = text.charCodeAt(0) === 0x67 ? toolchain.exec(text) : prerelease.exec(text);
  if (match === null) return text;
  const [, major, minor = "0", patch = "0", kind, count] = match;
  return `${major}.${minor}.${patch}${kind === undefined ? "" : `-${kind}.${count}`}`;
}
