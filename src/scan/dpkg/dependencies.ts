import { type Alternatives, parseRelations, type Relation, satisfies } from "../../debian/relation.ts";
import { CodedError } from "../../error.ts";
import type { StatusRecord } from "./status.ts";

/** A package that can be depended on. */
export interface Dependable {
  readonly record: StatusRecord;
  readonly purl: string;
}

/**
 * Which of the installed packages each of them depends on (Debian Policy 7.2), as URLs by the URL of the one depending. Of
 * alternatives the first that is there counts; a virtual package is whichever installed package provides it (7.5).
 * Relations that cannot be read are left out.
 */
export function dependenciesOf(installed: readonly Dependable[]): ReadonlyMap<string, readonly string[]> {
  const offers = offersOf(installed);
  const native = nativeArchitecture(installed);
  return new Map(
    installed.map(({ record, purl }) => {
      const architecture = record.architecture === "all" ? native : record.architecture;
      const found = relationsIn(record.depends).flatMap((alternatives) => firstOf(alternatives, offers, architecture));
      return [purl, [...new Set(found)].filter((other) => other !== purl).sort()];
    }),
  );
}

/** A package under a name it can be asked for by; `version` is null where it only provides that name. */
interface Offer {
  readonly dependable: Dependable;
  readonly version: string | null;
}

/** More packages than this do not share a name; so many would make the search slow. */
const mostOffers = 64;
const mostRelations = 2000;

function offersOf(installed: readonly Dependable[]): ReadonlyMap<string, readonly Offer[]> {
  const offers = new Map<string, Offer[]>();
  const add = (name: string, offer: Offer) => {
    const known = offers.get(name) ?? [];
    if (known.length < mostOffers) known.push(offer);
    offers.set(name, known);
  };
  for (const dependable of installed) {
    add(dependable.record.name, { dependable, version: dependable.record.version });
  }
  for (const dependable of installed) {
    for (const [provided] of relationsIn(dependable.record.provides)) {
      if (provided !== undefined) add(provided.name, { dependable, version: provided.version });
    }
  }
  return offers;
}

function firstOf(
  alternatives: Alternatives,
  offers: ReadonlyMap<string, readonly Offer[]>,
  architecture: string,
): readonly string[] {
  for (const relation of alternatives) {
    const fitting = (offers.get(relation.name) ?? []).filter((offer) => fits(offer, relation, architecture));
    const [first] = fitting.filter(({ dependable }) => dependable.record.architecture === architecture);
    const chosen = first ?? fitting[0];
    if (chosen !== undefined) return [chosen.dependable.purl];
  }
  return [];
}

function fits(offer: Offer, relation: Relation, architecture: string): boolean {
  if (!isFor(offer.dependable.record, relation.archQualifier, architecture)) return false;
  return relation.operator === null || (offer.version !== null && satisfies(offer.version, relation));
}

/** Whether a package serves one of `architecture` (Debian's Multi-Arch specification). */
function isFor(record: StatusRecord, qualifier: string | null, architecture: string): boolean {
  if (record.architecture === "all") return true;
  if (qualifier === "any") return record.multiArch === "allowed" || record.architecture === architecture;
  if (qualifier !== null) return record.architecture === qualifier;
  return record.architecture === architecture || record.multiArch === "foreign";
}

/** That of most packages: what those for all architectures depend on is of it. */
function nativeArchitecture(installed: readonly Dependable[]): string {
  const counts = new Map<string, number>();
  for (const { record } of installed) {
    if (record.architecture !== "all") counts.set(record.architecture, (counts.get(record.architecture) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? "all";
}

function relationsIn(field: string): readonly Alternatives[] {
  return field
    .split(",", mostRelations)
    .filter((part) => part.trim() !== "")
    .flatMap(readRelation);
}

function readRelation(text: string): readonly Alternatives[] {
  try {
    return parseRelations(text);
  } catch (cause) {
    if (cause instanceof CodedError) return [];
    throw cause;
  }
}
