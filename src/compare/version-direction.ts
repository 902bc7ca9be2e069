import { type VersionScheme, versionOrder } from "../vuln/version/order.ts";
import type { Direction } from "./comparison.ts";

/** Types of package URLs whose versions have an order of their own; the others' are taken for semantic versions. */
const schemes: Readonly<Record<string, VersionScheme>> = {
  ...{ deb: "deb", apk: "apk", rpm: "rpm", pypi: "pypi", golang: "golang", cargo: "cargo" },
  ...{ maven: "maven", gem: "gem", composer: "composer", nuget: "nuget" },
};

/** Where a package of this type goes from one version to another. */
export function versionDirection(
  type: string,
  { from, to }: { readonly from: string; readonly to: string },
): Direction {
  const scheme = Object.hasOwn(schemes, type) ? (schemes[type] ?? "semver") : "semver";
  const order = versionOrder(scheme)(from, to);
  return order === 0 ? "same" : order < 0 ? "up" : "down";
}
