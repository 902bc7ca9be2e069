import type { AdvisoryIndex } from "../index/read.ts";
import type { AdvisoryRow, NpmRow, SemverRange } from "../index/schema.ts";
import { compareSemver } from "../version/semver.ts";
import { type Decision, uniqueRecords } from "./decision.ts";
import { type NamedSeverity, severityOfCvss, severityOfWord, sourceName, unspecified, worse } from "./severity.ts";

/** The vulnerabilities of one version of an npm package. Records that are aliases of each other are one vulnerability. */
export function matchNpm(
  one: { readonly name: string; readonly version: string },
  index: AdvisoryIndex,
): readonly Decision[] {
  const hits = newestOfEach(index.npm(one.name)).flatMap((row) => {
    const verdict = affected(one.version, row);
    if (!verdict.affected) return [];
    const advisories = index.advisories(row.record);
    return [
      { row, fixed: verdict.fixed, advisories, ids: new Set([row.record, ...advisories.flatMap((a) => a.aliases)]) },
    ];
  });
  return groupByAlias(hits).map((group) => decisionOf(group, index));
}

interface Hit {
  readonly row: NpmRow;
  readonly fixed: string | null;
  readonly advisories: readonly AdvisoryRow[];
  readonly ids: ReadonlySet<string>;
}

/** A record may have come in several feeds: the most recently modified one speaks, for all its ranges. */
function newestOfEach(rows: readonly NpmRow[]): readonly NpmRow[] {
  const newest = new Map<string, NpmRow>();
  for (const row of rows) {
    const known = newest.get(row.record);
    if (known === undefined || row.modified > known.modified) newest.set(row.record, row);
  }
  return rows.filter((row) => {
    const best = newest.get(row.record);
    return best !== undefined && best.modified === row.modified && best.origin === row.origin;
  });
}

/**
 * Whether `version` is affected (OSV schema, evaluation: the events are points on the version line; the last one at or
 * below the version decides) and, if so, the lowest fixed version above it in the ranges that contain it.
 */
export function affected(
  version: string,
  row: Pick<NpmRow, "ranges" | "versions">,
): { readonly affected: boolean; readonly fixed: string | null } {
  const containing = row.ranges.filter((range) => contains(range, version));
  const fixes = containing.flatMap((range) => range.events.filter((event) => event.kind === "fixed"));
  const above = fixes.map((event) => event.version).filter((fixed) => compareSemver(fixed, version) > 0);
  return {
    affected: containing.length > 0 || row.versions.includes(version),
    fixed: above.toSorted(compareSemver)[0] ?? null,
  };
}

function contains(range: SemverRange, version: string): boolean {
  let inside = false;
  for (const event of range.events) {
    const order = compareSemver(version, event.version);
    if (event.kind === "introduced" && order >= 0) inside = true;
    if ((event.kind === "fixed" || event.kind === "limit") && order >= 0) inside = false;
    if (event.kind === "last_affected" && order > 0) inside = false;
  }
  if (!inside || range.bound === null) return inside;
  const order = compareSemver(version, range.bound.version);
  return range.bound.inclusive ? order <= 0 : order < 0;
}

/** Joins records whose ids meet, also through a third. */
function groupByAlias(hits: readonly Hit[]): readonly (readonly Hit[])[] {
  let groups: (readonly Hit[])[] = [];
  for (const hit of hits) {
    const joined = groups.filter((group) => group.some((other) => other.ids.values().some((id) => hit.ids.has(id))));
    groups = [...groups.filter((group) => !joined.includes(group)), [...joined.flat(), hit]];
  }
  return groups;
}

function decisionOf(hits: readonly Hit[], index: AdvisoryIndex): Decision {
  const ids = new Set(hits.flatMap((hit) => [...hit.ids]));
  const id = canonicalId(ids);
  const fixes = hits.flatMap((hit) => (hit.fixed === null ? [] : [hit.fixed]));
  const fixedVersion = fixes.toSorted(compareSemver).at(-1) ?? null;
  return {
    id,
    aliases: [...ids].filter((alias) => alias !== id).sort(),
    ...hits.map((hit) => severityOf(hit, index)).reduce(worse, unspecified),
    state: fixedVersion === null ? "affected" : "fixed",
    triage: null,
    fixedVersion,
    records: uniqueRecords(
      hits.map(({ row }) => {
        const origin = index.origins.find((one) => one.id === row.origin);
        return { source: origin?.source ?? "unknown", id: row.record, asOf: (origin?.asOf ?? "").slice(0, 10) };
      }),
    ),
    rule: "npm-range",
  };
}

/** The CVE id when there is exactly one, else GitHub's id, else the first by the alphabet. */
function canonicalId(ids: ReadonlySet<string>): string {
  const sorted = [...ids].sort();
  const cves = sorted.filter((id) => id.startsWith("CVE-"));
  const [only] = cves;
  if (only !== undefined && cves.length === 1) return only;
  return sorted.find((id) => id.startsWith("GHSA-")) ?? sorted[0] ?? "unknown";
}

function severityOf(hit: Hit, index: AdvisoryIndex): NamedSeverity {
  const severity = severityOfWord(hit.row.severity);
  if (severity !== null) return { severity, severitySource: sourceName(index, hit.row.origin) };
  return severityOfCvss(hit.advisories, index);
}
