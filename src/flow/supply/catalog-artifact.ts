import type { Descriptor } from "../../oci/descriptor.ts";
import type { Source } from "../../oci/graph.ts";

/**
 * Opens `catalog://NAME:TAG`, building the image where it must. Who supplies it sees to it that an image does not need
 * itself in the end.
 */
export type OpenCatalog = (reference: string) => Promise<CatalogArtifact>;

/** An image of the catalogue: where its content comes from, and its index or manifest. */
export interface CatalogArtifact {
  readonly source: Source;
  readonly descriptor: Descriptor;
}
