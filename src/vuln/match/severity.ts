import { cvssBaseScore, severityOfScore } from "../cvss.ts";
import type { AdvisoryIndex } from "../index/read.ts";
import type { AdvisoryRow } from "../index/schema.ts";
import { type Severity, severities } from "../model.ts";

/** A severity and the source that says so: its name, with the vector's type where it is computed from CVSS. */
export interface NamedSeverity {
  readonly severity: Severity;
  readonly severitySource: string | null;
}

/** What is said of a vulnerability that no source rates. */
export const unspecified: NamedSeverity = { severity: "unspecified", severitySource: null };

const urgencies: ReadonlyMap<string, Severity> = new Map([
  ["unimportant", "negligible"],
  ["low", "low"],
  ["medium", "medium"],
  ["high", "high"],
]);

/** Debian's urgency as a severity; null for `not yet assigned`, `end-of-life` and none. Asterisks mark guesses of the tracker. */
export function severityOfUrgency(urgency: string | null): Severity | null {
  return urgencies.get((urgency ?? "").replace(/\*+$/, "").toLowerCase()) ?? null;
}

const words: ReadonlyMap<string, Severity> = new Map([
  ["LOW", "low"],
  ["MODERATE", "medium"],
  ["MEDIUM", "medium"],
  ["HIGH", "high"],
  ["CRITICAL", "critical"],
]);

/** A record's own word for its severity, as GitHub's advisories have it. */
export function severityOfWord(word: string | null): Severity | null {
  return words.get((word ?? "").toUpperCase()) ?? null;
}

/** The severity that CVSS vectors of `advisories` give: version 3 before version 2, the newest record first. */
export function severityOfCvss(advisories: readonly AdvisoryRow[], index: AdvisoryIndex): NamedSeverity {
  const newestFirst = advisories.toSorted((a, b) => (a.modified < b.modified ? 1 : a.modified > b.modified ? -1 : 0));
  for (const type of ["CVSS_V3", "CVSS_V2"]) {
    for (const { cvss, origin } of newestFirst) {
      const scores = cvss.filter((one) => one.type === type).map((one) => cvssBaseScore(one));
      const known = scores.filter((score) => score !== null);
      if (known.length === 0) continue;
      return { severity: severityOfScore(Math.max(...known)), severitySource: `${sourceName(index, origin)} ${type}` };
    }
  }
  return unspecified;
}

/** The worse of two; of equals the first. Unspecified is the least. */
export function worse(a: NamedSeverity, b: NamedSeverity): NamedSeverity {
  return severities.indexOf(b.severity) < severities.indexOf(a.severity) ? b : a;
}

/** The name of the source an origin number stands for. */
export function sourceName(index: AdvisoryIndex, origin: number): string {
  return index.origins.find((one) => one.id === origin)?.source ?? "unknown";
}
