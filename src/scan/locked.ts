import type { FoundPackage } from "./cataloger.ts";
import { onePerPurl } from "./one-per-purl.ts";

/** A package that a lock file names. */
export interface LockedPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** The lock file. */
  readonly path: string;
  readonly licenses?: readonly string[];
  readonly supplier?: string | null;
  readonly comments?: readonly string[];
  readonly dependsOn?: readonly string[];
}

/** Packages of lock files, marked as not installed, without those that are among `found`, which are. */
export function lockedPackages(
  packages: readonly LockedPackage[],
  found: readonly FoundPackage[],
): readonly FoundPackage[] {
  const installed = new Set(found.map(({ purl }) => purl));
  const missing = packages.filter(({ purl }) => !installed.has(purl));
  return onePerPurl(
    missing.map(({ path, licenses = [], supplier = null, comments = [], ...item }) => ({
      ...item,
      source: null,
      licenses,
      locations: [path],
      supplier,
      architecture: null,
      comments: ["from a lock file, not installed", ...comments],
    })),
  );
}
