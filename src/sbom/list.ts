import type { PackageType, Sbom } from "./model.ts";

/** One line of the list of packages. */
export interface SbomRow {
  readonly name: string;
  readonly version: string;
  readonly type: PackageType;
}

/** The columns of the list, in their order. */
export const sbomColumns = ["Name", "Version", "Type"] as const;

/** The packages of `sbom` as rows of a table, in the order it has them. */
export function sbomRows(sbom: Sbom): readonly SbomRow[] {
  return sbom.packages.map(({ name, version, type }) => ({ name, version, type }));
}
