import { compareDebianVersions, stripBinNmu } from "../../debian/version.ts";
import type { PackageIdentity, SourcePackage } from "../../sbom/model.ts";
import type { ArchiveEvidence } from "../archive/evidence.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import type { AdvisoryRow, DebianRow, Origin } from "../index/schema.ts";
import type { FindingState } from "../model.ts";
import type { MatchRule } from "../rules.ts";
import { type Decision, type RecordReference, uniqueRecords } from "./decision.ts";
import { type NamedSeverity, severityOfCvss, severityOfUrgency, sourceName, unspecified } from "./severity.ts";

/** What the distribution's data says of one version of a source package. */
export interface SourceVerdict {
  readonly affected: readonly Decision[];
  /** Vulnerabilities that the data knows and that do not affect this version. */
  readonly settled: ReadonlySet<string>;
  /** The severity of any vulnerability of this source package. */
  severity(vulnerability: string): NamedSeverity;
}

/** The source package a binary package was built from; its own name and version, without binNMU, where it names none. */
export function sourceOf(one: PackageIdentity): SourcePackage {
  return one.source ?? { name: one.name, version: stripBinNmu(one.version) };
}

/** A function that judges source packages of `release` by the index and the newest versions the archive has. */
export function debianMatcher(
  release: string,
  options: { readonly index?: AdvisoryIndex; readonly archive?: ArchiveEvidence },
): (source: SourcePackage) => SourceVerdict {
  const { index, archive } = options;
  if (index === undefined) return () => ({ affected: [], settled: new Set(), severity: () => unspecified });
  const base = baseOf(index, release);
  return (source) => {
    const rows = index.debian(source.name, release);
    const sid = base?.source === trackerName && release !== "sid" ? index.debian(source.name, "sid") : [];
    const context: Context = { source, base, index, released: archive?.newest.get(source.name) ?? null };
    const affected: Decision[] = [];
    const settled = new Set<string>();
    const grouped = Map.groupBy([...rows, ...sid], (row) => row.vulnerability);
    for (const [vulnerability, group] of grouped) {
      const line = governingLine(group, release, context);
      if (line === null) continue;
      const judgement = judge(line, context);
      if (judgement === "affected" || judgement === "unfixed")
        affected.push(decisionOf(vulnerability, line, judgement, context));
      else if (judgement === "settled") settled.add(vulnerability);
    }
    return {
      affected,
      settled,
      severity: (vulnerability) => {
        const said = grouped.get(vulnerability)?.find((row) => row.release === release && row.origin === base?.id);
        return severityOf(said, index.advisories(vulnerability), index);
      },
    };
  };
}

const trackerName = "debian-security-tracker";

/** How much older, in milliseconds, the tracker's own data may be and still go before OSV's copy of it, which lacks triage. */
const trackerAdvantage = 7 * 86_400_000;

/** The origin whose word counts for everything in `release`: the newest, the tracker's own before copies of its data. */
function baseOf(index: AdvisoryIndex, release: string): Origin | null {
  const covering = new Set(index.covers(release));
  const origins = index.origins.filter((origin) => origin.knowsUnfixed && covering.has(origin.id));
  const rank = (origin: Origin) => Date.parse(origin.asOf) + (origin.source === trackerName ? trackerAdvantage : 0);
  return origins.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

interface Context {
  readonly source: SourcePackage;
  readonly base: Origin | null;
  readonly index: AdvisoryIndex;
  /** Newest version of the source package in the archive; null when not known. */
  readonly released: string | null;
}

/** The rows that decide about one vulnerability, all of one kind. */
interface Line {
  readonly kind: "base" | "advisory" | "sid";
  readonly rows: readonly DebianRow[];
  /** What the base says of severity and triage, also when advisories decide. */
  readonly base: DebianRow | undefined;
}

/**
 * Which rows count: announcements newer than the base, else the base's, else what sid says where the base has no entry
 * for the release. Announcements older than a dated base are part of it already.
 */
function governingLine(group: readonly DebianRow[], release: string, context: Context): Line | null {
  const here = group.filter((row) => row.release === release);
  const ofBase = here.filter((row) => row.kind === "base" && row.origin === context.base?.id);
  const [base] = ofBase;
  const announced = here.filter((row) => row.kind === "advisory");
  const newer = announced.filter((row) => isNewer(row, base, context.base));
  if (newer.length > 0) return { kind: "advisory", rows: newer, base };
  if (ofBase.length > 0) return { kind: "base", rows: ofBase, base };
  if (announced.length > 0) return null;
  const sid = group.filter((row) => row.release === "sid" && row.origin === context.base?.id);
  const resolved = sid.filter((row) => row.state === "resolved");
  return resolved.length > 0 ? { kind: "sid", rows: resolved, base: resolved[0] } : null;
}

function isNewer(row: DebianRow, said: DebianRow | undefined, base: Origin | null): boolean {
  if (base === null) return true;
  // A base speaks of vulnerabilities, not of announcements without one.
  if (row.vulnerability === row.record) return true;
  if (base.dated) return (row.date ?? "") >= base.asOf.slice(0, 10);
  // Where the age of the base is only guessed, an announced fix is believed over an open or missing entry.
  return (row.date ?? "") >= base.asOf.slice(0, 10) || said === undefined || said.state === "open";
}

type Judgement = "affected" | "unfixed" | "settled" | "undetermined";

function judge(line: Line, context: Context): Judgement {
  const verdicts = line.rows.map((row) => judgeRow(row, context.source.version));
  if (line.kind === "sid") {
    if (!verdicts.includes("affected")) return "undetermined";
    const fix = highestFix(line.rows);
    return context.released !== null && fix !== null && isReleased(fix, context.released) ? "affected" : "unfixed";
  }
  if (verdicts.includes("unfixed")) return "unfixed";
  if (!verdicts.includes("affected")) return verdicts.includes("settled") ? "settled" : "undetermined";
  const fix = highestFix(line.rows);
  const released = context.released ?? (line.kind === "base" ? newestReleased(line.rows) : null);
  return fix === null || released === null || isReleased(fix, released) ? "affected" : "unfixed";
}

/** `affected`: older than the fix. `unfixed`: there is none. */
function judgeRow(row: DebianRow, installed: string): Judgement {
  if (row.state === "undetermined") return "undetermined";
  if (row.state === "not-affected") return "settled";
  if (row.introduced !== null && compareDebianVersions(installed, row.introduced) < 0) return "settled";
  if (row.state === "open" || row.fixed === null) return "unfixed";
  return compareDebianVersions(installed, row.fixed) < 0 ? "affected" : "settled";
}

/** Several announcements may mend one vulnerability step by step; only the last version has it all. */
function highestFix(rows: readonly DebianRow[]): string | null {
  const fixes = rows.flatMap((row) => (row.fixed === null ? [] : [row.fixed]));
  return fixes.toSorted(compareDebianVersions).at(-1) ?? null;
}

function newestReleased(rows: readonly DebianRow[]): string | null {
  const versions = rows.flatMap((row) => (row.released === null ? [] : [row.released]));
  return versions.toSorted(compareDebianVersions).at(-1) ?? null;
}

function isReleased(fix: string, released: string): boolean {
  return compareDebianVersions(fix, released) <= 0;
}

function decisionOf(vulnerability: string, line: Line, judgement: Judgement, context: Context): Decision {
  const { index } = context;
  const fixedVersion = highestFix(line.rows);
  const advisories = index.advisories(vulnerability);
  const aliases = new Set(advisories.flatMap((row) => row.aliases));
  aliases.delete(vulnerability);
  const records = line.base === undefined ? line.rows : [...line.rows, line.base];
  return {
    id: vulnerability,
    aliases: [...aliases].sort(),
    ...severityOf(line.base, advisories, index),
    state: judgement === "affected" ? "fixed" : unfixedState(line.rows[0] ?? line.base),
    triage: judgement === "affected" ? null : ((line.rows[0] ?? line.base)?.triage ?? null),
    fixedVersion,
    records: uniqueRecords(records.map((row) => reference(row, index))),
    rule: ruleOf(line, judgement, fixedVersion),
  };
}

function ruleOf(line: Line, judgement: Judgement, fixedVersion: string | null): MatchRule {
  if (line.kind === "sid") return "debian-inherited-from-sid";
  if (judgement === "unfixed" && fixedVersion !== null) return "debian-fix-not-released";
  if (line.kind === "advisory") return judgement === "unfixed" ? "debian-advisory-open" : "debian-advisory";
  return judgement === "unfixed" ? "debian-open" : "debian-fixed";
}

const triageStates = {
  "no-dsa": "affected",
  postponed: "deferred",
  ignored: "wont-fix",
  "end-of-life": "end-of-life",
} as const;

function unfixedState(row: DebianRow | undefined): FindingState {
  return row?.triage == null ? "affected" : triageStates[row.triage];
}

function severityOf(
  said: DebianRow | undefined,
  advisories: readonly AdvisoryRow[],
  index: AdvisoryIndex,
): NamedSeverity {
  const severity = severityOfUrgency(said?.urgency ?? null);
  if (said !== undefined && severity !== null) return { severity, severitySource: sourceName(index, said.origin) };
  return severityOfCvss(advisories, index);
}

function reference(row: DebianRow, index: AdvisoryIndex): RecordReference {
  const origin = index.origins.find((one) => one.id === row.origin);
  return { source: origin?.source ?? "unknown", id: row.record, asOf: (origin?.asOf ?? "").slice(0, 10) };
}
