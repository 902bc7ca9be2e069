import type { RangeEvent, SemverRange } from "../index/schema.ts";
import type { IndexWriter } from "../index/write.ts";
import { compareSemver } from "../version/semver.ts";
import { writeAdvisory } from "./osv-advisory.ts";
import type { OsvAffected, OsvRecord } from "./osv-schema.ts";

/** Writes what an OSV record says of npm packages; its other ecosystems are left out. */
export function writeNpmRecord(record: OsvRecord, origin: number, writer: IndexWriter): void {
  for (const affected of record.affected ?? []) {
    if (affected.package?.ecosystem !== "npm") continue;
    const ranges = (affected.ranges ?? []).flatMap((range) => rangeOf(range, affected));
    const versions = affected.versions ?? [];
    // A record without ranges and versions says nothing about which versions it means (OSV schema, `affected[]`).
    if (ranges.length === 0 && versions.length === 0) continue;
    writer.npm({
      package: affected.package.name,
      origin,
      record: record.id,
      modified: record.modified,
      severity: record.database_specific?.severity ?? null,
      ranges,
      versions,
    });
  }
  writeAdvisory(record, { vulnerability: record.id, origin }, writer);
  writer.knowsUnfixed(origin);
  writer.record(origin, record.modified);
}

function rangeOf(range: NonNullable<OsvAffected["ranges"]>[number], affected: OsvAffected): readonly SemverRange[] {
  if (range.type !== "SEMVER" && range.type !== "ECOSYSTEM") return [];
  const events = (range.events ?? []).flatMap(eventsOf).sort(byVersion);
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

/** At one version a range ends before the next begins. */
function byVersion(a: RangeEvent, b: RangeEvent): number {
  const rank = (event: RangeEvent) => (event.kind === "introduced" ? 1 : 0);
  return compareSemver(a.version, b.version) || rank(a) - rank(b);
}

/** `<= 1.2.3` or `< 1.2.3`: how GitHub says where affected versions end when no fix is known. */
function knownBound(affected: OsvAffected): SemverRange["bound"] {
  const match = /^(<=?)\s*(\d\S*)$/.exec(affected.database_specific?.last_known_affected_version_range ?? "");
  const version = match?.[2];
  return version === undefined ? null : { inclusive: match?.[1] === "<=", version };
}
