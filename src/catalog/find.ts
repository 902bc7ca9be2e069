import { isVersionPrefix, parseTag, sortTags, withoutBuild } from "../definition/tags.ts";
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
  /**
   * Set where the tag is of one build, `24.21.0-debian13-5d8b9aa3f7f1`: the digest of the image must turn out to begin with
   * these twelve hexadecimal digits, or the build must refuse.
   */
  readonly requiredBuild: string | null;
}

/**
 * The hardened image of `reference`, such as `node:24-debian13`, by any of its tags, a more exact version of one, or the
 * tag of one build of it.
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
  const found = tag === null ? null : (among(byTag, { name, tag }) ?? buildAmong(byTag, { name, tag }));
  if (found !== null) return found;
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

type Asked = Pick<CatalogMatch, "name" | "tag">;

function among(byTag: ReadonlyMap<string, CatalogDefinition>, asked: Asked): CatalogMatch | null {
  const exact = byTag.get(asked.tag);
  if (exact !== undefined) return { ...exact, ...asked, requiredVersion: null, requiredBuild: null };
  return moreExact(asked, byTag);
}

function buildAmong(byTag: ReadonlyMap<string, CatalogDefinition>, { name, tag }: Asked): CatalogMatch | null {
  const { build } = parseTag(tag);
  const found = build === null ? null : among(byTag, { name, tag: withoutBuild(tag) });
  return found === null ? null : { ...found, tag, requiredBuild: build };
}

/** The definition one of whose tags is `tag` but for a shorter version; the longest such version wins. */
function moreExact(asked: Asked, byTag: ReadonlyMap<string, CatalogDefinition>): CatalogMatch | null {
  const wanted = parseTag(asked.tag);
  if (!/^\d/.test(wanted.version)) return null;
  let best: { readonly found: CatalogDefinition; readonly length: number } | null = null;
  for (const [candidate, found] of byTag) {
    const parts = parseTag(candidate);
    const sameRest =
      parts.distro === wanted.distro &&
      parts.release === wanted.release &&
      parts.flavor === wanted.flavor &&
      parts.fips === wanted.fips &&
      parts.stage === wanted.stage &&
      parts.build === wanted.build;
    if (!sameRest || !isVersionPrefix(parts.version, wanted.version)) continue;
    if (best === null || parts.version.length > best.length) best = { found, length: parts.version.length };
  }
  return best === null ? null : { ...best.found, ...asked, requiredVersion: wanted.version, requiredBuild: null };
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
