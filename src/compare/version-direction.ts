import { schemeOfPurlType, versionOrder } from "../vuln/version/order.ts";
import type { Direction } from "./comparison.ts";

/** Where a package of this type goes from one version to another; types without an order of their own have npm's. */
export function versionDirection(
  type: string,
  { from, to }: { readonly from: string; readonly to: string },
): Direction {
  const order = versionOrder(schemeOfPurlType(type) ?? "semver")(from, to);
  return order === 0 ? "same" : order < 0 ? "up" : "down";
}
