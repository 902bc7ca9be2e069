import type { Question } from "../ecosystem.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import type { AdvisoryRow, AffectedRow } from "../index/schema.ts";
import type { MatchRule } from "../rules.ts";
import { versionOrder } from "../version/order.ts";
import { type Order, rangeVerdict } from "../version/range.ts";
import { type Decision, uniqueRecords } from "./decision.ts";
import type { Origins } from "./origins.ts";
import { priorityOf } from "./priority.ts";
import {
  type NamedSeverity,
  ratingsOf,
  severityOfCvss,
  severityOfWord,
  summaryOf,
  unspecified,
  worse,
} from "./severity.ts";

/**
 * The vulnerabilities of one version of a package outside Debian. Records that are aliases of each other are one
 * vulnerability.
 */
export function matchAffected(
  question: Question,
  { index, origins }: { readonly index: AdvisoryIndex; readonly origins: Origins },
): readonly Decision[] {
  const compare = versionOrder(question.scheme);
  const hits = newestOfEach(index.affected(question.ecosystem, question.name)).flatMap((row): readonly Hit[] => {
    const verdict = rangeVerdict(question.version, row, compare);
    if (!verdict.affected) return [];
    const { advisories } = index.vulnerability(row.vulnerability);
    const ids = new Set([row.vulnerability, ...advisories.flatMap((one) => one.aliases)]);
    return [{ row, fixed: verdict.fixed, advisories, ids }];
  });
  const context = { index, origins, compare, ecosystem: question.ecosystem };
  return groupByAlias(hits).map((group) => decisionOf(group, context));
}

interface Hit {
  readonly row: AffectedRow;
  readonly fixed: string | null;
  readonly advisories: readonly AdvisoryRow[];
  readonly ids: ReadonlySet<string>;
}

/** A record may have come in several feeds: the most recently modified one speaks, for all its ranges. */
export function newestOfEach(rows: readonly AffectedRow[]): readonly AffectedRow[] {
  const newest = new Map<string, AffectedRow>();
  for (const row of rows) {
    const known = newest.get(row.record);
    if (known === undefined || row.modified > known.modified) newest.set(row.record, row);
  }
  if (newest.size === rows.length) return rows;
  return rows.filter(({ record, modified, origin }) => {
    const best = newest.get(record);
    return best !== undefined && best.modified === modified && best.origin === origin;
  });
}

/** Joins records whose ids meet, also through a third, in the order of their first record. */
function groupByAlias(hits: readonly Hit[]): readonly (readonly Hit[])[] {
  if (hits.length < 2) return hits.map((hit) => [hit]);
  const groups = new Map<Hit[], true>();
  const groupOf = new Map<string, Hit[]>();
  for (const hit of hits) {
    const met = [...new Set([...hit.ids].map((id) => groupOf.get(id)).filter((group) => group !== undefined))];
    const [into = [], ...others] = met;
    for (const other of others) {
      for (const one of other) into.push(one);
      groups.delete(other);
    }
    into.push(hit);
    groups.set(into, true);
    for (const one of others.length > 0 ? into : [hit]) for (const id of one.ids) groupOf.set(id, into);
  }
  return [...groups.keys()];
}

interface Context {
  readonly index: AdvisoryIndex;
  readonly origins: Origins;
  readonly compare: Order;
  readonly ecosystem: string;
}

function decisionOf(hits: readonly Hit[], { index, origins, compare, ecosystem }: Context): Decision {
  const ids = new Set(hits.flatMap((hit) => [...hit.ids]));
  const id = canonicalId(ids);
  const fixes = hits.flatMap((hit) => (hit.fixed === null ? [] : [hit.fixed]));
  const fixedVersion = fixes.toSorted(compare).at(-1) ?? null;
  const advisories = hits.flatMap((hit) => hit.advisories);
  const aliases = [...ids].filter((alias) => alias !== id).sort();
  const { severity, severitySource } = hits.map((hit) => severityOf(hit, origins)).reduce(worse, unspecified);
  const { epss, kev } = priorityOf([id, ...aliases].filter(isCve).map(index.vulnerability), origins);
  return {
    id,
    aliases,
    severity,
    severitySource,
    state: fixedVersion === null ? "affected" : "fixed",
    triage: null,
    fixedVersion,
    cvss: ratingsOf(advisories, origins),
    epss,
    kev,
    summary: summaryOf(advisories),
    records: uniqueRecords(hits.map(({ row }) => origins.reference(row))),
    rule: ruleOf(ecosystem),
  };
}

function ruleOf(ecosystem: string): MatchRule {
  if (ecosystem.startsWith("apk:")) return "alpine-origin";
  return ecosystem === "generic" ? "runtime-range" : "ecosystem-range";
}

function isCve(name: string): boolean {
  return name.startsWith("CVE-");
}

/** The CVE id when there is exactly one, else GitHub's id, else the first by the alphabet. */
export function canonicalId(ids: ReadonlySet<string>): string {
  const sorted = [...ids].sort();
  const cves = sorted.filter(isCve);
  const [only] = cves;
  if (only !== undefined && cves.length === 1) return only;
  return sorted.find((id) => id.startsWith("GHSA-")) ?? sorted[0] ?? "unknown";
}

function severityOf(hit: Hit, origins: Origins): NamedSeverity {
  const severity = severityOfWord(hit.row.severity);
  if (severity !== null) return { severity, severitySource: origins.name(hit.row.origin) };
  const scored = severityOfCvss(hit.advisories, origins);
  // Reports of malicious packages are not rated: there is nothing worse to have in an image.
  const isMalware = hit.row.record.startsWith("MAL-") && scored.severitySource === null;
  return isMalware ? { severity: "critical", severitySource: `${origins.name(hit.row.origin)} (malware)` } : scored;
}
