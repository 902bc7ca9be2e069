import { stripBinNmu } from "../../../debian/version.ts";
import type { PackageIdentity, SourcePackage } from "../../../sbom/model.ts";
import type { ArchiveEvidence } from "../../archive/evidence.ts";
import type { AdvisoryIndex } from "../../index/read.ts";
import type { AdvisoryRow, DebianRow, VulnerabilityRow } from "../../index/schema.ts";
import type { FindingState, Triage } from "../../model.ts";
import type { MatchRule } from "../../rules.ts";
import { type Decision, uniqueRecords } from "../decision.ts";
import type { Origins } from "../origins.ts";
import { priorityOf, unknownPriority } from "../priority.ts";
import {
  type NamedSeverity,
  ratingsOf,
  severityOfCvss,
  severityOfUrgency,
  summaryOf,
  unspecified,
} from "../severity.ts";
import { highestFix, type Judgement, judge } from "./judge.ts";
import { baseOf, type Context, governingLine, isTracker, type Line } from "./line.ts";
import { type Support, supportIn } from "./support.ts";

/** What the distribution's data says of one version of a source package. */
export interface SourceVerdict {
  readonly affected: readonly Decision[];
  /** Vulnerabilities that the data knows and that do not affect this version. */
  readonly settled: ReadonlySet<string>;
  /** What is known of any vulnerability of this source package apart from versions. */
  describe(vulnerability: string): Description;
}

/** What is known of a vulnerability apart from versions. */
export type Description = Pick<Decision, "severity" | "severitySource" | "cvss" | "epss" | "kev" | "summary">;

/** How a verdict on one vulnerability came about. */
export interface Account {
  readonly context: Context;
  /** All that is said of it, in this release and in sid. */
  readonly rows: readonly DebianRow[];
  /** null where nothing decides. */
  readonly line: Line | null;
  readonly judgement: Judgement | null;
  readonly support: Support;
}

/** Judges source packages of one release of Debian. */
export interface DebianMatcher {
  /** Whether some source speaks of every vulnerability of the release. */
  readonly isCovered: boolean;
  verdict(source: SourcePackage): SourceVerdict;
  account(source: SourcePackage, vulnerability: string): Account;
}

/** What judges by. `today` is an ISO date. */
export interface DebianOptions {
  readonly index: AdvisoryIndex;
  readonly origins: Origins;
  readonly archive?: ArchiveEvidence;
  readonly today: string;
}

/** The source package a binary package was built from; its own name and version, without binNMU, where it names none. */
export function sourceOf(one: PackageIdentity): SourcePackage {
  return one.source ?? { name: one.name, version: stripBinNmu(one.version) };
}

/** Judges source packages of `release` by the index and the newest versions the archive has. */
export function debianMatcher(release: string, options: DebianOptions): DebianMatcher {
  const { index, archive } = options;
  const base = baseOf(index, release);
  const supportOf = supportIn(release, options);
  const contextOf = (source: SourcePackage): Context => {
    return { source, release, base, released: archive?.newest.get(source.name) ?? null };
  };
  const rowsOf = ({ name }: SourcePackage): readonly DebianRow[] => {
    const rows = index.debian(name, release);
    return isTracker(base) && release !== "sid" ? [...rows, ...index.debian(name, "sid")] : rows;
  };
  return {
    isCovered: base !== null,
    verdict(source) {
      const context = contextOf(source);
      const support = supportOf(source.name);
      const affected: Decision[] = [];
      const settled = new Set<string>();
      const grouped = Map.groupBy(rowsOf(source), (row) => row.vulnerability);
      for (const [vulnerability, group] of grouped) {
        const line = governingLine(group, context);
        if (line === null) continue;
        const judgement = judge(line, context);
        if (judgement === "settled") settled.add(vulnerability);
        if (judgement !== "affected" && judgement !== "unfixed") continue;
        affected.push(decisionOf(vulnerability, { line, judgement, support }, options));
      }
      return {
        affected,
        settled,
        describe: (vulnerability) => {
          const said = grouped.get(vulnerability)?.find((row) => row.release === release && row.origin === base?.id);
          return described(said, [index.vulnerability(vulnerability)], options.origins);
        },
      };
    },
    account(source, vulnerability) {
      const context = contextOf(source);
      const rows = rowsOf(source).filter((row) => row.vulnerability === vulnerability);
      const line = governingLine(rows, context);
      const judgement = line === null ? null : judge(line, context);
      return { context, rows, line, judgement, support: supportOf(source.name) };
    },
  };
}

/** What is said of source packages where there is no index. */
export const nothingKnown: SourceVerdict = {
  affected: [],
  settled: new Set(),
  describe: () => ({ ...unspecified, ...unknownPriority, cvss: [], summary: null }),
};

interface Judged {
  readonly line: Line;
  readonly judgement: "affected" | "unfixed";
  readonly support: Support;
}

function decisionOf(vulnerability: string, judged: Judged, { index, origins }: DebianOptions): Decision {
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

/** `said` is of the vulnerability itself, then of other CVEs that it is called. */
function described(row: DebianRow | undefined, said: readonly VulnerabilityRow[], origins: Origins): Description {
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
