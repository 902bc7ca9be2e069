import { compareDebianVersions } from "../../debian/version.ts";
import { compareSemver } from "./semver.ts";

/** How versions are written and ordered. */
export type VersionScheme =
  | "deb"
  | "apk"
  | "rpm"
  | "semver"
  | "pypi"
  | "golang"
  | "cargo"
  | "maven"
  | "gem"
  | "composer"
  | "nuget"
  | "openssl";

/** The order of versions of a scheme. */
export function versionOrder(scheme: VersionScheme): (left: string, right: string) => number {
  return scheme === "deb" ? compareDebianVersions : compareSemver;
}
