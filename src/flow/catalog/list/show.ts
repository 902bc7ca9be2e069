import { entriesOf, firstInvalid, readAll } from "../../../catalog/catalog.ts";
import { findImage } from "../../../catalog/find.ts";
import type { ImageInfo } from "../../../catalog/info.ts";
import type { Definition } from "../../../definition/schema.ts";
import type { Ports } from "../../ports.ts";
import type { ValidReading } from "../duplicates.ts";
import { wholeCatalog } from "./filter.ts";
import { describeImage, informationOn, withBooks } from "./list.ts";
import type { CatalogListing } from "./model.ts";

/** What to show: `node`, or one variant of it, `node:24-debian13`; and for which platform, null for this machine's. */
export interface ShowRequest {
  readonly reference: string;
  readonly platform: string | null;
}

/** What is known of one image, with what only a page on it has. */
export interface ShownImage {
  readonly listing: CatalogListing;
  readonly info: ImageInfo | null;
  /** By the variants' `definition`. */
  readonly definitions: ReadonlyMap<string, Definition>;
}

/**
 * Looks up all that is known of an image, or of one variant of it by any of its tags. Throws as `findImage` does, and
 * DEFINITION_INVALID for an image none of whose definitions can be read.
 */
export async function showImage({ reference, platform }: ShowRequest, ports: Ports): Promise<ShownImage> {
  const catalog = await ports.library.catalog();
  const readings = await readingsOf(reference, ports);
  const name = reference.split(":")[0] ?? reference;
  const info = await informationOn(name, readings, { catalog, ports });
  const filter = { ...wholeCatalog, platform };
  const image = await withBooks(
    ports,
    async (books) => await describeImage({ name, info, definitions: readings }, filter, { books, ports }),
  );
  return {
    listing: { schema: "hardpan/catalog-show/1", images: [image] },
    info,
    definitions: new Map(
      readings.map(({ entry, source }) => [entry.path.replace(/\.yaml$/, ""), source.definition] as const),
    ),
  };
}

async function readingsOf(reference: string, ports: Ports): Promise<readonly ValidReading[]> {
  const catalog = await ports.library.catalog();
  if (reference.includes(":")) {
    const { entry, source } = await findImage(catalog, reference);
    return [{ entry, source, ok: true }];
  }
  const readings = await readAll(catalog, entriesOf(catalog, reference));
  const valid = readings.filter((reading) => reading.ok);
  const invalid = firstInvalid(readings);
  if (valid.length === 0 && invalid !== null) throw invalid;
  if (invalid !== null) ports.report.note(`left out, as it is not valid: ${invalid.message}`);
  return valid;
}
