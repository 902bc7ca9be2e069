import type { Support } from "../../../catalog/support.ts";
import type { VulnerabilityCounts } from "../../../vuln/model.ts";

/** The JSON of `hardpan catalog list` and of `hardpan catalog show`. */
export interface CatalogListing {
  readonly schema: "hardpan/catalog-list/1" | "hardpan/catalog-show/1";
  /** By name. */
  readonly images: readonly ListedImage[];
}

/** An image of the catalogue. */
export interface ListedImage {
  /** `node`. */
  readonly name: string;
  /** `Node.js`; the name where nothing else is said. */
  readonly displayName: string;
  readonly description: string | null;
  readonly categories: readonly string[];
  /** SPDX expression. */
  readonly licence: string | null;
  /** Newest versions first, the plain runtime image before others. */
  readonly variants: readonly ListedVariant[];
}

/**
 * A definition, and what came of it on this machine. What was not built here has no digest, time, size, packages and
 * vulnerabilities; its tags are those that the definition lists, and the rest is what the definition says.
 */
export interface ListedVariant {
  /** Where it is below the catalogue, without extension: `image/node/debian-13/24`. */
  readonly definition: string;
  readonly variant: "runtime" | "dev" | "helm";
  readonly flavor: string | null;
  /** `debian-13`. */
  readonly distro: string;
  readonly tags: readonly string[];
  readonly platforms: readonly string[];
  /** Of the index over all platforms, as it was built here last. */
  readonly digest: string | null;
  /** ISO 8601: when this machine built it. */
  readonly builtAt: string | null;
  /** ISO date, as the definition says. */
  readonly endOfLife: string | null;
  /** Who mends its version today; null where that is not known. */
  readonly support: Support | null;
  /** `fips` or `fips-mode`, as the label says. */
  readonly compliance: readonly string[];
  readonly user: string;
  /** null where only the files of the image tell. */
  readonly uid: number | null;
  /** Names of shells with commas, empty for none; null where that is known only when it is built. */
  readonly shell: string | null;
  /** The same of package managers. */
  readonly packageManager: string | null;
  /** Compressed bytes of the image for the platform asked for, else this machine's. */
  readonly size: number | null;
  /** How many packages its bill of materials has; null where it was not scanned here. */
  readonly packages: number | null;
  /** null where it was not scanned here, or no advisories speak of it. */
  readonly vulnerabilities: DatedCounts | null;
}

/** Counts, and how old the oldest of the advisories is that they rest on: an ISO date. */
export interface DatedCounts extends VulnerabilityCounts {
  readonly asOf: string;
}
