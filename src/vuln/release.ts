import type { Distribution } from "../sbom/model.ts";

/** Key of a Debian release in the index: its number (`12`, `3.0`), `sid`, or a codename nobody has given a number yet. */
export type DebianReleaseKey = string;

const numbers: ReadonlyMap<string, string> = new Map([
  ["buzz", "1.1"],
  ["rex", "1.2"],
  ["bo", "1.3"],
  ["hamm", "2.0"],
  ["slink", "2.1"],
  ["potato", "2.2"],
  ["woody", "3.0"],
  ["sarge", "3.1"],
  ["etch", "4.0"],
  ["lenny", "5.0"],
  ["squeeze", "6.0"],
  ["wheezy", "7"],
  ["jessie", "8"],
  ["stretch", "9"],
  ["buster", "10"],
  ["bullseye", "11"],
  ["bookworm", "12"],
  ["trixie", "13"],
  ["forky", "14"],
  ["duke", "15"],
]);

/** Releases that get security support, and the next one. */
export const supportedReleases: readonly DebianReleaseKey[] = ["12", "13", "14"];

/** The key of a codename as advisories write it, such as `bookworm`; an unknown one is its own key. */
export function releaseOfCodename(codename: string): DebianReleaseKey {
  return numbers.get(codename) ?? codename;
}

/** The key of an OSV ecosystem such as `Debian:12`; null for other ecosystems and for `Debian` without a release. */
export function releaseOfEcosystem(ecosystem: string): DebianReleaseKey | null {
  const match = /^Debian:(.+)$/.exec(ecosystem);
  const release = match?.[1];
  return release === undefined ? null : releaseOfCodename(release);
}

/**
 * The key of the release an image is built from: the codename of os-release first, then the major number of its version
 * (testing and sid have none). null for another distribution than Debian, or when os-release names neither.
 */
export function releaseOfImage(distribution: Distribution | null): DebianReleaseKey | null {
  if (distribution === null || distribution.id !== "debian") return null;
  const { codename, versionId } = distribution;
  if (codename !== null && codename !== "") return releaseOfCodename(codename);
  if (versionId === null || versionId === "") return null;
  const major = versionId.split(".")[0] ?? versionId;
  return Number(major) >= 7 ? major : versionId;
}
