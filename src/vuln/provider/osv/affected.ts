import type { Ecosystem } from "../../ecosystem.ts";
import type { AffectedRange, RangeEvent } from "../../index/schema.ts";
import { versionOrder } from "../../version/order.ts";
import { isWithin, type Order } from "../../version/range.ts";
import { dateOfRecord, modificationOf, writeAdvisory } from "./advisory.ts";
import type { OsvContext } from "./context.ts";
import { ecosystemOfOsv } from "./ecosystem.ts";
import type { OsvAffected, OsvRecord } from "./schema.ts";

/** Writes what an OSV record says of packages of the ecosystems of one family (`npm`, `Alpine`); others are left out. */
export function writeAffectedRecord(record: OsvRecord, family: string, context: OsvContext): void {
  const { origin, writer } = context;
  const vulnerability = vulnerabilityOf(record);
  for (const affected of record.affected ?? []) {
    const ecosystem = ecosystemOfOsv(affected.package?.ecosystem ?? "");
    if (ecosystem?.osv !== family || affected.package == null) continue;
    const { ranges, versions } = affectedVersions(affected, ecosystem.scheme);
    // A record without ranges and versions says nothing about which versions it means (OSV schema, `affected[]`).
    if (ranges.length === 0 && versions.length === 0) continue;
    writer.affected({
      ecosystem: ecosystem.key,
      package: ecosystem.normalise(affected.package.name),
      vulnerability,
      origin,
      record: record.id,
      modified: dateOfRecord(record) ?? "",
      severity: record.database_specific?.severity ?? affected.ecosystem_specific?.severity ?? null,
      ranges,
      versions,
    });
  }
  writeAdvisory(record, vulnerability, context);
  // Alpine's data, from which these are made, lists fixes only.
  if (family !== "Alpine") writer.knowsUnfixed(origin);
  writer.record(origin, modificationOf(record));
}

/** Distributions prefix the CVE's id with their own: `ALPINE-CVE-2026-1`, `DHI-CVE-2026-1-openssl`. */
function vulnerabilityOf({ id }: OsvRecord): string {
  return /^(?:ALPINE|DHI)-(CVE-\d{4}-\d{4,})(?:-|$)/.exec(id)?.[1] ?? id;
}

/**
 * The versions that `affected` names. What ranges contain is not listed one by one: the lists of some records have thousands.
 */
export function affectedVersions(
  affected: OsvAffected,
  scheme: Ecosystem["scheme"],
): { readonly ranges: readonly AffectedRange[]; readonly versions: readonly string[] } {
  const compare = versionOrder(scheme);
  const ranges = (affected.ranges ?? []).flatMap((range) => rangeOf(range, affected, compare));
  const versions = (affected.versions ?? []).filter(
    (version) => !ranges.some((range) => isWithin(version, range, compare)),
  );
  return { ranges, versions };
}

function rangeOf(
  range: NonNullable<OsvAffected["ranges"]>[number],
  affected: OsvAffected,
  compare: Order,
): readonly AffectedRange[] {
  if (range.type !== "SEMVER" && range.type !== "ECOSYSTEM") return [];
  // At one version a range ends before the next begins.
  const rank = (event: RangeEvent) => (event.kind === "introduced" ? 1 : 0);
  const events = (range.events ?? [])
    .flatMap(eventsOf)
    .sort((a, b) => compare(a.version, b.version) || rank(a) - rank(b));
  // What is fixed in 0 was never affected.
  if (events.some(({ kind, version }) => kind === "fixed" && version === "0")) return [];
  const bounded = events.some((event) => event.kind !== "introduced");
  return events.length === 0 ? [] : [{ events, bound: bounded ? null : knownBound(affected) }];
}

function eventsOf(
  event: Readonly<Partial<Record<RangeEvent["kind"], string | null | undefined>>>,
): readonly RangeEvent[] {
  const kinds = ["introduced", "fixed", "last_affected", "limit"] as const;
  return kinds.flatMap((kind) => {
    const version = event[kind];
    return version == null || version === "" ? [] : [{ kind, version }];
  });
}

/** `<= 1.2.3` or `< 1.2.3`: how GitHub says where affected versions end when no fix is known. */
function knownBound(affected: OsvAffected): AffectedRange["bound"] {
  const match = /^(<=?)\s*(\d\S*)$/.exec(affected.database_specific?.last_known_affected_version_range ?? "");
  const version = match?.[2];
  return version === undefined ? null : { inclusive: match?.[1] === "<=", version };
}
