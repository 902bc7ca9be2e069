import type { SbomPackage } from "./model.ts";

/** The order of packages in a bill. */
export function byTypeNameVersion(a: SbomPackage, b: SbomPackage): number {
  return (
    compareTexts(a.type, b.type) ||
    compareTexts(a.name, b.name) ||
    compareTexts(a.version, b.version) ||
    compareTexts(a.locations[0] ?? "", b.locations[0] ?? "") ||
    compareTexts(a.purl, b.purl)
  );
}

/** The order of texts by their UTF-16 code units, as `sort` has it: negative, 0 or positive. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
