import type { LeftOut } from "../../../catalog/left-out.ts";
import type { AdvisorySource } from "../../../vuln/model.ts";
import type { ListedImage } from "../list/model.ts";

/** The JSON of `hardpan catalog page`. */
export interface CatalogPage {
  readonly schema: "hardpan/catalog-page/1";
  /** ISO date on which it was made. */
  readonly madeOn: string;
  /** By name. */
  readonly images: readonly ListedImage[];
  /** Each pair of the catalogue's mapping, in its order; the slim one first. */
  readonly counterparts: readonly Counterpart[];
  readonly medians: Medians | null;
  readonly advisories: readonly AdvisorySource[];
  readonly leftOut: readonly LeftOut[];
}

/** A hardened image beside the conventional one that it takes the place of. */
export interface Counterpart {
  /** `node:24-debian13`. */
  readonly image: string;
  /** `node:24-trixie-slim`, of which a reconstruction is measured. */
  readonly baseline: string;
  readonly before: Measured;
  readonly after: Measured;
}

/** `size` is in bytes as pulled; `fixable` is null where no advisories speak of the image. */
export interface Measured {
  readonly packages: number;
  readonly size: number;
  readonly fixable: number | null;
}

/** How much less there is after than before, in the middle of all counterparts: shares from 0 to 1. */
export interface Medians {
  readonly packages: number;
  readonly size: number;
}
