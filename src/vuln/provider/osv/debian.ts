import type { DebianRow } from "../../index/schema.ts";
import { releaseOfEcosystem } from "../../release.ts";
import { modificationOf, writeAdvisory } from "./advisory.ts";
import type { OsvContext } from "./context.ts";
import type { OsvAffected, OsvRecord } from "./schema.ts";

/**
 * Writes a Debian record of OSV. `CVE-…`, `DEBIAN-CVE-…` and `TEMP-…` records are the security tracker's state of a
 * vulnerability per release; `DSA-…`, `DLA-…` and `DTSA-…` records announce fixes for the CVEs they name.
 */
export function writeDebianRecord(record: OsvRecord, context: OsvContext): void {
  const { origin, writer } = context;
  const announced = /^D(?:TS|S|L)A-/.test(record.id);
  const vulnerabilities = announced ? announcedVulnerabilities(record) : [record.id.replace(/^DEBIAN-(?=CVE-)/, "")];
  for (const affected of record.affected ?? []) {
    const release = releaseOfEcosystem(affected.package?.ecosystem ?? "");
    if (release === null || affected.package == null) continue;
    const common = { package: affected.package.name, release, origin, record: record.id };
    for (const range of rangesOf(affected)) {
      const details = announced ? announcement(record) : trackerState(affected);
      for (const vulnerability of vulnerabilities) {
        const state = range.fixed === null ? "open" : "resolved";
        writer.debian({ ...common, vulnerability, state, ...range, ...details, released: null });
      }
    }
  }
  if (!announced) {
    writer.knowsUnfixed(origin);
    for (const vulnerability of vulnerabilities) writeAdvisory(record, vulnerability, context);
  }
  writer.record(origin, modificationOf(record));
}

function announcedVulnerabilities(record: OsvRecord): readonly string[] {
  const named = [...(record.aliases ?? []), ...(record.upstream ?? []), ...(record.related ?? [])];
  const cves = [...new Set(named.map((id) => id.replace(/^DEBIAN-/, "")).filter((id) => id.startsWith("CVE-")))];
  if (cves.length > 0) return cves;
  // Regression, time zone and bug-fix updates are announced too, and are no vulnerabilities.
  return / security update$/.test(record.summary ?? "") ? [record.id] : [];
}

type Details = Pick<DebianRow, "kind" | "urgency" | "triage" | "date" | "note">;

function announcement(record: OsvRecord): Details {
  const date = (record.published ?? record.modified).slice(0, 10);
  return { kind: "advisory", urgency: null, triage: null, date, note: null };
}

function trackerState(affected: OsvAffected): Details {
  const urgency = affected.ecosystem_specific?.urgency ?? null;
  return { kind: "base", urgency, triage: urgency === "end-of-life" ? "end-of-life" : null, date: null, note: null };
}

interface Range {
  readonly introduced: string | null;
  readonly fixed: string | null;
}

/** Debian's records have one range of `introduced` and, once there is one, `fixed`; more are taken pair by pair. */
function rangesOf(affected: OsvAffected): readonly Range[] {
  const ranges: Range[] = [];
  for (const { type, events } of affected.ranges ?? []) {
    if (type !== "ECOSYSTEM") continue;
    let open: string | null | undefined;
    for (const event of events ?? []) {
      if (event.introduced != null) open = event.introduced === "0" ? null : event.introduced;
      if (event.fixed != null && open !== undefined) {
        ranges.push({ introduced: open, fixed: event.fixed });
        open = undefined;
      }
    }
    if (open !== undefined) ranges.push({ introduced: open, fixed: null });
  }
  return ranges;
}
