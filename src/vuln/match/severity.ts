import { compareTexts } from "../../sbom/order.ts";
import { type CvssVector, severityOfScore } from "../cvss.ts";
import type { AdvisoryRow } from "../index/schema.ts";
import { type CvssRating, type Severity, severities } from "../model.ts";
import type { Origins } from "./origins.ts";

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

const typesOfVectors = ["CVSS_V3", "CVSS_V4", "CVSS_V2"] as const;

/** The severity that CVSS vectors of `advisories` give: version 3 before 4 before 2, the newest record first. */
export function severityOfCvss(advisories: readonly AdvisoryRow[], origins: Origins): NamedSeverity {
  const sorted = newestFirst(advisories);
  for (const type of typesOfVectors) {
    for (const { cvss, origin } of sorted) {
      const score = highestScore(cvss, type);
      if (score === null) continue;
      return { severity: severityOfScore(score), severitySource: `${origins.name(origin)} ${type}` };
    }
  }
  return unspecified;
}

function highestScore(vectors: readonly CvssVector[], type: string): number | null {
  let highest: number | null = null;
  for (const one of vectors) {
    if (one.type === type && one.score !== null && one.score >= (highest ?? 0)) highest = one.score;
  }
  return highest;
}

/** Every vector of `advisories` with the source that gives it, once each, newest record first. */
export function ratingsOf(advisories: readonly AdvisoryRow[], origins: Origins): readonly CvssRating[] {
  const ratings: CvssRating[] = [];
  const seen = new Set<string>();
  for (const { cvss, origin } of newestFirst(advisories)) {
    for (const { vector, score } of cvss) {
      const source = origins.name(origin);
      if (seen.size === seen.add(`${source} ${vector}`).size) continue;
      ratings.push({ source, version: versionOfVector(vector), vector, score });
    }
  }
  return ratings;
}

/** What the newest of `advisories` that says anything says in a sentence; null where none does. */
export function summaryOf(advisories: readonly AdvisoryRow[]): string | null {
  return newestFirst(advisories).find(({ summary }) => summary !== null && summary !== "")?.summary ?? null;
}

function versionOfVector(vector: string): string {
  return /^CVSS:\d\.\d\//.test(vector) ? vector.slice(5, 8) : "2.0";
}

function newestFirst(advisories: readonly AdvisoryRow[]): readonly AdvisoryRow[] {
  if (advisories.length < 2) return advisories;
  return advisories.toSorted((a, b) => compareTexts(b.modified, a.modified));
}

/** The worse of two; of equals the first. Unspecified is the least. */
export function worse(a: NamedSeverity, b: NamedSeverity): NamedSeverity {
  return severities.indexOf(b.severity) < severities.indexOf(a.severity) ? b : a;
}
