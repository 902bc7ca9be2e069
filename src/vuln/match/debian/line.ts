import type { SourcePackage } from "../../../sbom/model.ts";
import type { AdvisoryIndex } from "../../index/read.ts";
import type { DebianRow, Origin } from "../../index/schema.ts";

/** A source package in a release, and what decides about it. */
export interface Context {
  readonly source: SourcePackage;
  readonly release: string;
  readonly base: Origin | null;
  /** Newest version of the source package in the archive; null when not known. */
  readonly released: string | null;
}

/** The rows that decide about one vulnerability, all of one kind. */
export interface Line {
  readonly kind: "base" | "advisory" | "sid";
  readonly rows: readonly DebianRow[];
  /** What the base says of severity and triage, also when announcements decide. */
  readonly base: DebianRow | undefined;
  /** A decision of the distribution's team that another feed repeats, where the base does not carry decisions. */
  readonly repeated: DebianRow | undefined;
}

const trackerName = "debian-security-tracker";

/** How much older, in milliseconds, the tracker's own data may be and still go before OSV's copy of it, which lacks triage. */
const trackerAdvantage = 7 * 86_400_000;

/** The origin whose word counts for everything in `release`: the newest, the tracker's own before copies of its data. */
export function baseOf(index: AdvisoryIndex, release: string): Origin | null {
  const covering = new Set(index.covers(release));
  const origins = index.origins.filter((origin) => origin.knowsUnfixed && covering.has(origin.id));
  const rank = (origin: Origin) => Date.parse(origin.asOf) + (origin.source === trackerName ? trackerAdvantage : 0);
  return origins.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** Whether a base says what it knows of sid, and of what the distribution's team decided. */
export function isTracker(base: Origin | null): boolean {
  return base?.source === trackerName;
}

/**
 * Which rows count: announcements newer than the base, else the base's, else what sid says where the base has no entry
 * for the release. Announcements older than a dated base are part of it already.
 */
export function governingLine(group: readonly DebianRow[], { release, base: origin }: Context): Line | null {
  const ofBase: DebianRow[] = [];
  const announced: DebianRow[] = [];
  const sid: DebianRow[] = [];
  let repeated: DebianRow | undefined;
  for (const row of group) {
    if (row.release !== release) {
      if (row.origin === origin?.id && row.state === "resolved") sid.push(row);
    } else if (row.kind === "advisory") announced.push(row);
    else if (row.kind === "triage") repeated ??= isTracker(origin) ? undefined : row;
    else if (row.origin === origin?.id) ofBase.push(row);
  }
  const base = ofBase[0];
  const newer = announced.length === 0 ? announced : announced.filter((row) => isNewer(row, base, origin));
  if (newer.length > 0) return { kind: "advisory", rows: newer, base, repeated };
  if (ofBase.length > 0) return { kind: "base", rows: ofBase, base, repeated };
  if (announced.length > 0) return null;
  return sid.length > 0 ? { kind: "sid", rows: sid, base: sid[0], repeated } : null;
}

function isNewer(row: DebianRow, said: DebianRow | undefined, base: Origin | null): boolean {
  if (base === null) return true;
  // A base speaks of vulnerabilities, not of announcements without one.
  if (row.vulnerability === row.record) return true;
  if (base.dated) return (row.date ?? "") >= base.asOf.slice(0, 10);
  // Where the age of the base is only guessed, an announced fix is believed over an open or missing entry.
  return (row.date ?? "") >= base.asOf.slice(0, 10) || said === undefined || said.state === "open";
}
