/** A released version: three numbers. Versions with a pre-release part are not taken for builds. */
type Release = readonly [number, number, number];

/** Whether `version` is a release that `range` allows: `24.x`, `24.21.x` or one exact version. */
export function satisfies(version: string, range: string): boolean {
  const release = parseRelease(version);
  if (release === null) return false;
  return range.split(".").every((part, index) => part === "x" || Number(part) === release[index]);
}

/** Orders releases, oldest first; what is no release comes before all of them. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [parseRelease(a) ?? [-1, -1, -1], parseRelease(b) ?? [-1, -1, -1]];
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** Reads `1.2.3`; build metadata after + does not count. */
function parseRelease(version: string): Release | null {
  const [, major, minor, patch] = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:\+[\w.-]+)?$/.exec(version) ?? [];
  return major === undefined ? null : [Number(major), Number(minor), Number(patch)];
}
