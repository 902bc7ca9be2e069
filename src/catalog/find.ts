import { isVersionPrefix, parseTag, sortTags } from "../definition/tags.ts";
import {
  type Catalog,
  type CatalogDefinition,
  type CatalogReading,
  type DefinitionKind,
  entriesOf,
  firstInvalid,
  readAll,
} from "./catalog.ts";
import { CatalogError } from "./error.ts";

/** A definition found by name and tag. */
export interface CatalogMatch extends CatalogDefinition {
  readonly name: string;
  /** As asked for. */
  readonly tag: string;
  /**
   * Set when the tag asks for a more exact version than the definition names, `24.21.0` of `24`: the build must turn
   * out to have this version, or refuse.
   */
  readonly requiredVersion: string | null;
}

/**
 * The hardened image of `reference`, such as `node:24-debian13`, by any of its tags or a more exact version of one.
 * Reads the definitions of that name only. Throws CATALOG_NOT_FOUND listing the names or tags there are,
 * CATALOG_DUPLICATE_TAG when two definitions claim one tag, and DEFINITION_INVALID when a broken definition may be the
 * one that is missing.
 */
export async function findImage(catalog: Catalog, reference: string): Promise<CatalogMatch> {
  return await find(catalog, reference, "image");
}

/**
 * The reconstruction of a conventional image, `node:24-bookworm-slim`, by any official tag it stands for. Throws as
 * `findImage` does.
 */
export async function findBaseline(catalog: Catalog, reference: string): Promise<CatalogMatch> {
  return await find(catalog, reference, "baseline");
}

async function find(catalog: Catalog, reference: string, kind: DefinitionKind): Promise<CatalogMatch> {
  const { name, tag } = splitReference(reference);
  const readings = await readAll(catalog, entriesOf(catalog, name, kind));
  const valid = readings.filter((reading) => reading.ok);
  const byTag = indexTags(name, valid);
  const exact = tag === null ? undefined : byTag.get(tag);
  if (exact !== undefined && tag !== null) return { ...exact, name, tag, requiredVersion: null };
  const closer = tag === null ? null : moreExact(name, tag, byTag);
  if (closer !== null) return closer;
  throw firstInvalid(readings) ?? missingTag(reference, [...byTag.keys()], tag);
}

function splitReference(reference: string): { readonly name: string; readonly tag: string | null } {
  const [, name, tag] = /^([^:@]+)(?::([^:@]+))?$/.exec(reference) ?? [];
  if (name !== undefined) return { name, tag: tag ?? null };
  throw new CatalogError("CATALOG_NOT_FOUND", `${JSON.stringify(reference)} is not a catalogue name`, {
    hint: "write NAME:TAG, such as node:24-debian13",
  });
}

type ValidReading = Extract<CatalogReading, { readonly ok: true }>;

function indexTags(name: string, readings: readonly ValidReading[]): ReadonlyMap<string, CatalogDefinition> {
  const byTag = new Map<string, CatalogDefinition>();
  for (const { entry, source } of readings) {
    for (const tag of source.definition.tags) {
      const other = byTag.get(tag);
      if (other !== undefined) throw duplicate(`${name}:${tag}`, other.entry.path, entry.path);
      byTag.set(tag, { entry, source });
    }
  }
  return byTag;
}

/** The definition one of whose tags is `tag` but for a shorter version; the longest such version wins. */
function moreExact(name: string, tag: string, byTag: ReadonlyMap<string, CatalogDefinition>): CatalogMatch | null {
  const wanted = parseTag(tag);
  if (!/^\d/.test(wanted.version)) return null;
  let best: { readonly found: CatalogDefinition; readonly length: number } | null = null;
  for (const [candidate, found] of byTag) {
    const parts = parseTag(candidate);
    const sameRest =
      parts.distro === wanted.distro &&
      parts.release === wanted.release &&
      parts.flavor === wanted.flavor &&
      parts.fips === wanted.fips &&
      parts.stage === wanted.stage;
    if (!sameRest || !isVersionPrefix(parts.version, wanted.version)) continue;
    if (best === null || parts.version.length > best.length) best = { found, length: parts.version.length };
  }
  return best === null ? null : { ...best.found, name, tag, requiredVersion: wanted.version };
}

function duplicate(reference: string, first: string, second: string): CatalogError {
  return new CatalogError("CATALOG_DUPLICATE_TAG", `${first} and ${second} both have the tag ${reference}`, {
    hint: "a tag belongs to one definition; remove it from the other",
  });
}

function missingTag(reference: string, tags: readonly string[], tag: string | null): CatalogError {
  const shown = sortTags(tags).slice(0, 20).join(", ");
  return new CatalogError(
    "CATALOG_NOT_FOUND",
    `the catalogue has no ${reference}${tag === null ? " without a tag" : ""}`,
    {
      hint: `its tags are ${shown === "" ? "none" : shown}${tags.length > 20 ? " and more" : ""}`,
    },
  );
}
