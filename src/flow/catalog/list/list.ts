import { resolve } from "node:path";
import { type Catalog, type CatalogDefinition, loadCatalog, readAll } from "../../../catalog/catalog.ts";
import { type ImageInfo, readInfo } from "../../../catalog/info.ts";
import type { Ports } from "../../ports.ts";
import { lastBuild } from "../build-record.ts";
import { definitionSupport } from "../definition-support.ts";
import type { ValidReading } from "../duplicates.ts";
import { formOf } from "../information.ts";
import { bundledParses } from "../parse-cache.ts";
import { type SupportBook, supportBook } from "../support-sources.ts";
import { archivesAtHand } from "./archives.ts";
import { isFoundWanted, isImageWanted, isVariantWanted, type ListFilter } from "./filter.ts";
import type { CatalogListing, ListedImage, ListedVariant } from "./model.ts";
import { byVersion } from "./order.ts";
import { openScanBook, type ScanBook } from "./scanned.ts";
import { builtVariant, statedVariant } from "./variant.ts";

/**
 * Lists the images of the catalogue that pass a filter, with what is known of them here. Definitions and files that are not
 * valid are left out with a note. Throws CATALOG_MISSING.
 */
export async function listCatalog(filter: ListFilter, ports: Ports): Promise<CatalogListing> {
  const parses = await bundledParses(ports.cache, resolve(ports.catalog));
  const catalog = await loadCatalog(ports.catalog, { parses });
  const readings = await readAll(catalog, [...catalog.images.values()].flat());
  await parses.save();
  const valid = readings.filter((reading) => reading.ok);
  const broken = readings.length - valid.length;
  if (broken > 0) {
    ports.report.note(
      `${broken} ${broken === 1 ? "definition is" : "definitions are"} not valid: see hardpan catalog check`,
    );
  }
  const byName = [...Map.groupBy(valid, ({ entry }) => entry.name)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    schema: "hardpan/catalog-list/1",
    images: await withBooks(ports, async (books) => {
      const images: ListedImage[] = [];
      for (const [name, definitions] of byName) {
        const info = await informationOn(name, definitions, { catalog, ports });
        const image = await describeImage({ name, info, definitions }, filter, { books, ports });
        if (image.variants.length > 0) images.push(image);
      }
      return images;
    }),
  };
}

/** What answers questions that the catalogue itself does not. */
export interface Books {
  readonly support: SupportBook;
  readonly scans: ScanBook;
}

/** Opens the books for a task, and closes them. */
export async function withBooks<Result>(ports: Ports, task: (books: Books) => Promise<Result>): Promise<Result> {
  const archives = archivesAtHand(ports);
  const scans = openScanBook(ports);
  try {
    const substitutions = await ports.library.substitutions();
    const today = ports.now().toISOString().slice(0, 10);
    const support = supportBook(async (codename) => await archives.open(codename), { substitutions, today });
    return await task({ support, scans });
  } finally {
    await scans.close();
    await archives.close();
  }
}

/** What the catalogue says of an image; null where it says nothing. A file that is not valid is noted. */
export async function informationOn(
  name: string,
  definitions: readonly ValidReading[],
  { catalog, ports }: { readonly catalog: Pick<Catalog, "directory">; readonly ports: Ports },
): Promise<ImageInfo | null> {
  const read = await readInfo(catalog.directory, name, formOf(definitions));
  if (read === null || read.ok) return read?.info ?? null;
  ports.report.note(`${read.file} is not valid: see hardpan catalog check`);
  return null;
}

/** An image of the catalogue, and what its definitions are. */
export interface DefinedImage {
  readonly name: string;
  readonly info: ImageInfo | null;
  readonly definitions: readonly CatalogDefinition[];
}

/** Describes an image with those of its variants that pass a filter. */
export async function describeImage(
  image: DefinedImage,
  filter: ListFilter,
  { books, ports }: { readonly books: Books; readonly ports: Ports },
): Promise<ListedImage> {
  const variants: ListedVariant[] = [];
  for (const definition of isImageWanted(image, filter) ? image.definitions : []) {
    const stated = statedVariant(definition);
    const fips = definition.source.definition["fips-compliant"] === true;
    if (!isVariantWanted(image, { ...stated, fips }, filter)) continue;
    const found = await withFindings(stated, definition, { image, filter, books, ports });
    if (isFoundWanted(found, filter)) variants.push(found);
  }
  const { name, info } = image;
  return {
    name,
    displayName: info?.displayName ?? name,
    description: info?.description ?? null,
    categories: info?.categories ?? [],
    licence: info?.licence ?? null,
    variants: variants.toSorted(byVersion),
  };
}

interface Surroundings {
  readonly image: DefinedImage;
  readonly filter: ListFilter;
  readonly books: Books;
  readonly ports: Ports;
}

async function withFindings(
  stated: ListedVariant,
  definition: CatalogDefinition,
  { image, filter, books, ports }: Surroundings,
): Promise<ListedVariant> {
  const { source } = definition;
  const answer = definitionSupport(source, await books.support.of(source.syntax.distro));
  const supported: ListedVariant = { ...stated, support: answer.kind === "known" ? answer.support : null };
  const build = await lastBuild(definition, ports);
  if (build === null) return supported;
  const { os, architecture } = ports.hostPlatform;
  const wanted = filter.platform ?? `${os}/${architecture}`;
  const platform = build.platforms.find((one) => one.platform === wanted) ?? build.platforms[0];
  if (platform === undefined) return supported;
  const names = build.tags.map((tag) => `hardpan/dhi-${image.name}:${tag}`);
  const scan = await books.scans.of({ digest: platform.digest, indexDigest: build.digest, names });
  const built = builtVariant(supported, build, platform);
  return { ...built, packages: scan?.packages ?? null, vulnerabilities: scan?.vulnerabilities ?? null };
}
