import type { Sbom } from "./model.ts";
import { jsonChunks } from "./write/chunks.ts";
import { orderedFile, orderedPackage } from "./write/ordered.ts";

/** A bill of materials in the project's own JSON. `unowned` counts; its paths are in `Sbom` only. */
export interface SbomReport extends Omit<Sbom, "unowned"> {
  readonly schema: "hardpan/sbom/1";
  readonly unowned: { readonly files: number; readonly bytes: number };
}

/** `sbom` as data to be printed as JSON. */
export function sbomReport(sbom: Sbom): SbomReport {
  const { image, distribution, packages, unowned, base, removed, warnings } = sbom;
  const { files, bytes } = unowned;
  return {
    schema: "hardpan/sbom/1",
    image,
    distribution,
    packages,
    unowned: { files, bytes },
    base,
    removed,
    warnings,
    ...(sbom.attested === undefined ? {} : { attested: sbom.attested }),
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
    { key: "packages", items: packages.values().map(orderedPackage) },
    { key: "unowned", value: rest.unowned },
    { key: "base", value: rest.base },
    { key: "removed", items: rest.removed },
    { key: "warnings", items: rest.warnings },
    ...(rest.attested === undefined ? [] : [{ key: "attested", items: rest.attested }]),
    ...(files === undefined ? [] : [{ key: "files", items: files.values().map(orderedFile) }]),
  ]);
}
