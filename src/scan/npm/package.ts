import type { FoundPackage } from "../cataloger.ts";
import type { Manifest } from "./manifest.ts";

/** What is known of a package, at least its name and version. */
export type Known = Pick<Manifest, "name" | "version"> & Partial<Pick<Manifest, "licenses" | "author" | "cpu">>;

/** `known` as a package of the bill, proved by the file at `location`. */
export function describe(
  known: Known,
  { purl, location }: { readonly purl: string; readonly location: string },
): FoundPackage {
  return {
    type: "npm",
    name: known.name,
    version: known.version,
    source: null,
    purl,
    licenses: known.licenses ?? [],
    locations: [location],
    supplier: known.author ?? null,
    architecture: known.cpu ?? null,
    comments: [],
  };
}
