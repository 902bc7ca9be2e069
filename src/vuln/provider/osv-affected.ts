import { alpineKey, type Ecosystem, languages } from "../ecosystem.ts";
import type { AffectedRange, RangeEvent } from "../index/schema.ts";
import type { IndexWriter } from "../index/write.ts";
import { versionOrder } from "../version/order.ts";
import { isWithin } from "../version/range.ts";
import { writeAdvisory } from "./osv-advisory.ts";
import type { OsvAffected, OsvRecord } from "./osv-schema.ts";

/** The ecosystem that OSV calls `name`, such as `PyPI` or `Alpine:v3.20`; null for one that is not used. */
export function ecosystemOfOsv(name: string): Ecosystem | null {
  const [family = "", release] = name.split(":");
  if (family === "Alpine" && release !== undefined) {
    return { key: alpineKey(release), osv: "Alpine", scheme: "apk", normalise: (text) => text };
  }
  return languages.find(({ osv }) => osv === family) ?? null;
}

/** Writes what an OSV record says of packages of the ecosystems of one family (`npm`, `Alpine`); others are left out. */
export function writeAffectedRecord(
  record: OsvRecord,
  { family, origin }: { readonly family: string; readonly origin: number },
  writer: IndexWriter,
): void {
  for (const affected of record.affected ?? []) {
    const ecosystem = ecosystemOfOsv(affected.package?.ecosystem ?? "");
    if (ecosystem?.osv !== family || affected.package == null) continue;
    const ranges = (affected.ranges ?? []).flatMap((range) => rangeOf(range, { affected, ecosystem }));
    const compare = versionOrder(ecosystem.scheme);
    // What ranges contain need not be listed one by one: the lists of some records have thousands of versions.
    const listed = affected.versions ?? [];
    const versions = listed.filter((version) => !ranges.some((range) => isWithin(version, range, compare)));
    // A record without ranges and versions says nothing about which versions it means (OSV schema, `affected[]`).
    if (ranges.length === 0 && listed.length === 0) continue;
    writer.affected({
      ecosystem: ecosystem.key,
      package: ecosystem.normalise(affected.package.name),
      vulnerability: record.id,
      origin,
      record: record.id,
      modified: record.modified,
      severity: record.database_specific?.severity ?? affected.ecosystem_specific?.severity ?? null,
      ranges,
      versions,
    });
  }
  writeAdvisory(record, { vulnerability: record.id, origin }, writer);
  // Alpine's records are of fixes alone.
  if (family !== "Alpine") writer.knowsUnfixed(origin);
  writer.record(origin, record.modified);
}

interface RangeContext {
  readonly affected: OsvAffected;
  readonly ecosystem: Ecosystem;
}

function rangeOf(
  range: NonNullable<OsvAffected["ranges"]>[number],
  { affected, ecosystem }: RangeContext,
): readonly AffectedRange[] {
  if (range.type !== "SEMVER" && range.type !== "ECOSYSTEM") return [];
  const compare = versionOrder(ecosystem.scheme);
  // At one version a range ends before the next begins.
  const rank = (event: RangeEvent) => (event.kind === "introduced" ? 1 : 0);
  const events = (range.events ?? [])
    .flatMap(eventsOf)
    .sort((a, b) => compare(a.version, b.version) || rank(a) - rank(b));
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
