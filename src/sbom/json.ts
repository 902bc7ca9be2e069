import type { Distribution, ImageIdentity, Sbom, SbomPackage } from "./model.ts";

/** A bill of materials in the project's own JSON. `unowned` counts; its paths are in `Sbom` only. */
export interface SbomReport {
  readonly schema: "hardpan/sbom/1";
  readonly image: ImageIdentity;
  readonly distribution: Distribution | null;
  readonly packages: readonly SbomPackage[];
  readonly unowned: { readonly files: number; readonly bytes: number };
}

/** `sbom` as data to be printed as JSON. */
export function sbomReport(sbom: Sbom): SbomReport {
  const { image, distribution, packages, unowned } = sbom;
  const { files, bytes } = unowned;
  return { schema: "hardpan/sbom/1", image, distribution, packages, unowned: { files, bytes } };
}
