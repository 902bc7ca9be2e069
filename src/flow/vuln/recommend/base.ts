import { parseLocator } from "../../../oci/locator.ts";
import { formatReference } from "../../../oci/reference.ts";
import type { Sbom } from "../../../sbom/model.ts";
import type { KnownBase } from "../../../vuln/recommend/model.ts";

/**
 * What an image is built on: the base its labels or annotations name and its layers prove, else the image itself, which may
 * stand under another. null for a file or folder.
 */
export function knownBase(sbom: Sbom): KnownBase | null {
  const { base, image } = sbom;
  if (base !== null && base.reference !== null) {
    // What users name may say where it is; labels and annotations have names of registries.
    const name = base.namedBy === "user" ? registryName(base.reference) : null;
    return { reference: name ?? base.reference, digest: base.digest, namedBy: base.namedBy };
  }
  const name = registryName(image.reference);
  return name === null ? null : { reference: name, digest: image.digest, namedBy: "the image itself" };
}

/** What a reference is called in a registry: `baseline://node:24-bookworm-slim` stands for `node:24-bookworm-slim`. */
export function registryName(reference: string): string | null {
  const locator = parseLocator(reference);
  switch (locator.kind) {
    case "baseline":
      return locator.tag === null ? locator.name : `${locator.name}:${locator.tag}`;
    case "local":
    case "registry":
    case "image":
      return formatReference(locator.reference);
    default:
      return null;
  }
}
