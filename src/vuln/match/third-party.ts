import type { SbomPackage } from "../../sbom/model.ts";
import type { DebianReleaseKey } from "../release.ts";

/** Vendors that publish packages for Debian in archives of their own, as their Maintainer fields begin. */
const vendors =
  /^(?:Amazon|Chrome|Chromium|Datadog|Docker|Elastic|GitHub|GitLab|Google|Grafana|HashiCorp|MariaDB|Microsoft|MongoDB|MySQL|NGINX|NodeSource|NVIDIA|Oracle|Redis|Yarn)\b/i;

/** Addresses that such vendors use under other names. */
const addresses = /@(?:docker|nodesource|hashicorp|mongodb|yarnpkg)\.com\b|\bnginx-packaging@/i;

/** Teams of Debian's own may bear a vendor's name. */
const debianAddress = /[@.]debian\.org>?\s*$/i;

/** Versions as the archives of PostgreSQL, NodeSource, nginx and Docker number them. */
const versions = /\.pgdg\d|nodesource|[-+~]\d*~(?:debian\.\d+~)?(?:bullseye|bookworm|trixie|forky|duke)$/;

/**
 * Why the records of Debian's `release` do not speak of this package, null when they do: it may be of another archive, and
 * an image that does not say its release has none.
 */
export function unmatchedDebian(one: SbomPackage, release: DebianReleaseKey | null): string | null {
  return thirdParty(one) ?? (release === null ? "the image does not say which Debian release it is" : null);
}

/** Why Debian's data does not speak of this package although it is a Debian package; null when it does. */
export function thirdParty(one: SbomPackage): string | null {
  const namespace = /^pkg:deb\/([^/@?#]+)\//.exec(one.purl)?.[1];
  if (namespace !== undefined && namespace !== "debian") return `it is a package of ${namespace}, not of Debian`;
  if (one.supplier !== null && isVendor(one.supplier)) return `it is built by ${one.supplier}, not by Debian`;
  if (versions.test(one.version)) return `its version ${one.version} is of another archive than Debian's`;
  return null;
}

function isVendor(maintainer: string): boolean {
  return (vendors.test(maintainer) || addresses.test(maintainer)) && !debianAddress.test(maintainer);
}
