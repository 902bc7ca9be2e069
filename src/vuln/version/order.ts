import { compareDebianVersions } from "../../debian/version.ts";
import { compareApkVersions } from "./apk.ts";
import { compareComposerVersions } from "./composer.ts";
import { compareGemVersions } from "./gem.ts";
import { compareGoVersions } from "./golang.ts";
import { compareMavenVersions } from "./maven.ts";
import { compareNugetVersions } from "./nuget.ts";
import { compareOpensslVersions } from "./openssl.ts";
import { comparePypiVersions } from "./pypi.ts";
import { compareRpmVersions } from "./rpm.ts";
import { compareSemver } from "./semver.ts";

/** How the versions of an ecosystem are ordered. `semver` is npm's, which tolerates more than `cargo` will ever see. */
export type VersionScheme =
  | ("deb" | "apk" | "rpm")
  | ("semver" | "pypi" | "golang" | "cargo" | "maven" | "gem" | "composer" | "nuget")
  | "openssl";

/**
 * The order of the versions of a scheme: negative when `left` is older, 0 when they are equal, positive when `left` is newer.
 * It takes any text and is total, also over text that is no version; OSV's `0` is older than everything else.
 */
export function versionOrder(scheme: VersionScheme): (left: string, right: string) => number {
  const compare = orders[scheme];
  return (left, right) => {
    if (left === "0" || right === "0") return left === right ? 0 : left === "0" ? -1 : 1;
    return compare(left, right);
  };
}

/** The scheme of the versions of packages with this type in their package URL; null when it is none of ours. */
export function schemeOfPurlType(type: string): VersionScheme | null {
  return ofPurlType.get(type) ?? null;
}

const orders: Readonly<Record<VersionScheme, (left: string, right: string) => number>> = {
  deb: compareDebianVersions,
  apk: compareApkVersions,
  rpm: compareRpmVersions,
  semver: compareSemver,
  pypi: comparePypiVersions,
  golang: compareGoVersions,
  cargo: compareSemver,
  maven: compareMavenVersions,
  gem: compareGemVersions,
  composer: compareComposerVersions,
  nuget: compareNugetVersions,
  openssl: compareOpensslVersions,
};

const ofPurlType: ReadonlyMap<string, VersionScheme> = new Map([
  ["deb", "deb"],
  ["apk", "apk"],
  ["rpm", "rpm"],
  ["npm", "semver"],
  ["pypi", "pypi"],
  ["golang", "golang"],
  ["cargo", "cargo"],
  ["maven", "maven"],
  ["gem", "gem"],
  ["composer", "composer"],
  ["nuget", "nuget"],
]);
