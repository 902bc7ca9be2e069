import type { Distribution, ImageIdentity, Sbom, SbomFile, SbomPackage } from "./model.ts";
import { jsonChunks } from "./write/chunks.ts";

/** A bill of materials in the project's own JSON. `unowned` counts; its paths are in `Sbom` only. */
export interface SbomReport {
  readonly schema: "hardpan/sbom/1";
  readonly image: ImageIdentity;
  readonly distribution: Distribution | null;
  readonly packages: readonly SbomPackage[];
  readonly unowned: { readonly files: number; readonly bytes: number };
  readonly files?: readonly SbomFile[];
}

/** `sbom` as data to be printed as JSON. */
export function sbomReport(sbom: Sbom): SbomReport {
  const { image, distribution, packages, unowned } = sbom;
  const { files, bytes } = unowned;
  return {
    schema: "hardpan/sbom/1",
    image,
    distribution,
    packages,
    unowned: { files, bytes },
    ...(sbom.files === undefined ? {} : { files: sbom.files }),
  };
}

/** The text of `sbomReport`, in chunks. */
export function reportChunks(sbom: Sbom): Iterable<string> {
  const { packages, files, ...rest } = sbomReport(sbom);
  return jsonChunks([
    { key: "schema", value: rest.schema },
    { key: "image", value: rest.image },
    { key: "distribution", value: rest.distribution },
    { key: "packages", items: packages },
    { key: "unowned", value: rest.unowned },
    ...(files === undefined ? [] : [{ key: "files", items: files }]),
  ]);
}
