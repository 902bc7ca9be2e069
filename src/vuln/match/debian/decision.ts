import type { AdvisoryIndex } from "../../index/read.ts";
import type { AdvisoryRow, DebianRow, VulnerabilityRow } from "../../index/schema.ts";
import type { FindingState, Triage } from "../../model.ts";
import type { MatchRule } from "../../rules.ts";
import { type Decision, uniqueRecords } from "../decision.ts";
import type { Origins } from "../origins.ts";
import { priorityOf } from "../priority.ts";
import { type NamedSeverity, ratingsOf, severityOfCvss, severityOfUrgency, summaryOf } from "../severity.ts";
import { highestFix, type Judgement } from "./judge.ts";
import type { Line } from "./line.ts";
import type { Support } from "./support.ts";

/** What is known of a vulnerability apart from versions. */
export type Description = Pick<Decision, "severity" | "severitySource" | "cvss" | "epss" | "kev" | "summary">;

/** The records, and what stands behind their origins. */
export interface Known {
  readonly index: AdvisoryIndex;
  readonly origins: Origins;
}

/** What was judged of a version that is affected. */
export interface Judged {
  readonly line: Line;
  readonly judgement: "affected" | "unfixed";
  readonly support: Support;
}

/** What is decided about a vulnerability that affects a source package. */
export function decisionOf(vulnerability: string, judged: Judged, { index, origins }: Known): Decision {
  const { line, judgement, support } = judged;
  const fixedVersion = highestFix(line.rows);
  const said = index.vulnerability(vulnerability);
  const aliases = aliasesOf(vulnerability, said);
  const others = aliases.filter((name) => name.startsWith("CVE-")).map(index.vulnerability);
  const triage = judgement === "affected" ? null : triageOf(line);
  return {
    ...described(line.base, [said, ...others], origins),
    id: vulnerability,
    aliases,
    state: judgement === "affected" ? "fixed" : support.ended !== null ? "end-of-life" : unfixedState(triage),
    triage,
    fixedVersion,
    records: recordsOf({ ...judged, triage }, origins),
    rule: ruleOf(line, judgement, fixedVersion),
  };
}

function aliasesOf(vulnerability: string, { advisories }: VulnerabilityRow): readonly string[] {
  const names = advisories.flatMap((row) => row.aliases);
  if (names.length === 0) return names;
  return [...new Set(names)].filter((name) => name !== vulnerability).sort();
}

/** The rows that decide, what the base says, and what says that no fix comes, or why. */
function recordsOf(
  { line, judgement, support, triage }: Judged & { readonly triage: Triage | null },
  origins: Origins,
): Decision["records"] {
  const rows = line.rows.map(origins.reference);
  if (line.base !== undefined && line.kind === "advisory") rows.push(origins.reference(line.base));
  if (triage !== null && line.repeated?.triage === triage) rows.push(origins.reference(line.repeated));
  if (judgement === "unfixed" && support.ended !== null) rows.push(endOfSupport(support.ended, origins));
  return uniqueRecords(rows);
}

/**
 * What the base's row says of a vulnerability, else what other records do. `said` is of the vulnerability itself, then of other
 * CVEs that it is called.
 */
export function described(
  row: DebianRow | undefined,
  said: readonly VulnerabilityRow[],
  origins: Origins,
): Description {
  const advisories = said[0]?.advisories ?? [];
  const { severity, severitySource } = severityOf(row, advisories, origins);
  const { epss, kev } = priorityOf(said, origins);
  return { severity, severitySource, cvss: ratingsOf(advisories, origins), epss, kev, summary: summaryOf(advisories) };
}

function severityOf(row: DebianRow | undefined, advisories: readonly AdvisoryRow[], origins: Origins): NamedSeverity {
  const severity = severityOfUrgency(row?.urgency ?? null);
  if (row === undefined || severity === null) return severityOfCvss(advisories, origins);
  return { severity, severitySource: origins.name(row.origin) };
}

function ruleOf(line: Line, judgement: Judgement, fixedVersion: string | null): MatchRule {
  if (line.kind === "sid") return "debian-inherited-from-sid";
  if (judgement === "unfixed" && fixedVersion !== null) return "debian-fix-not-released";
  if (line.kind === "advisory") return judgement === "unfixed" ? "debian-advisory-open" : "debian-advisory";
  return judgement === "unfixed" ? "debian-open" : "debian-fixed";
}

/** What the team decided: as the deciding rows say, else as another feed repeats it. */
export function triageOf({ rows, base, repeated }: Line): Triage | null {
  return (rows[0] ?? base)?.triage ?? repeated?.triage ?? null;
}

function unfixedState(triage: Triage | null): FindingState {
  if (triage === "ignored") return "wont-fix";
  if (triage === "postponed") return "deferred";
  return triage === "end-of-life" ? "end-of-life" : "affected";
}

function endOfSupport(row: NonNullable<Support["ended"]>, origins: Origins): Decision["records"][number] {
  const about = "package" in row ? row.package : `Debian ${row.release}`;
  return origins.reference({ origin: row.origin, record: about });
}
