import { parseLocator } from "../oci/locator.ts";
import { buildFromCatalog } from "./build.ts";
import { FlowError } from "./error.ts";
import type { Ports } from "./ports.ts";
import type { CatalogArtifact } from "./supply/catalog-artifact.ts";

/**
 * Builds the image that a definition takes content of by `catalog://NAME:TAG`. `needed` are the images being built
 * because of one another. Throws FLOW_ARTIFACT_CYCLE, with all of them, when an image would need itself.
 */
export async function openCatalogImage(
  reference: string,
  { ports, needed = [] }: { readonly ports: Ports; readonly needed?: readonly string[] },
): Promise<CatalogArtifact> {
  const chain = [...needed, reference];
  if (needed.includes(reference)) {
    throw new FlowError("FLOW_ARTIFACT_CYCLE", `an image needs its own content: ${chain.join(" → ")}`, {
      hint: "take one of these artifacts out of its definition",
    });
  }
  const locator = parseLocator(reference);
  if (locator.kind !== "catalog") {
    throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${reference} is not an image of the catalogue`, {
      hint: "write catalog://NAME:TAG",
    });
  }
  const name = `${locator.name}${locator.tag === null ? "" : `:${locator.tag}`}`;
  const nested: Ports = {
    ...ports,
    openCatalog: async (next) => await openCatalogImage(next, { ports: nested, needed: chain }),
  };
  const built = await buildFromCatalog({ kind: "image", name, platforms: [], locked: null }, nested);
  return { source: built.source, descriptor: built.index.index.descriptor };
}
