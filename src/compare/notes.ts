import { knowledgeNotes } from "../vuln/knowledge.ts";
import type { Comparison } from "./comparison.ts";
import type { TrialReport } from "./trial/trial-report.ts";

/** What a reader has to know to read the figures right, in sentences. */
export function readingNotes({ baseline, analysed, advisories, filters }: Comparison): readonly string[] {
  const images = [baseline, analysed];
  const notes = images.flatMap((image) => image.notes.map((note) => `${image.reference}: ${note}`));
  if (filters.length > 0) notes.push(`Only what passes is counted and listed: ${filters.join(" ")}`);
  if (filters.includes("--ignore-base")) {
    const baseless = images.filter(({ base }) => base === null);
    notes.push(
      ...baseless.map(({ reference }) => `${reference}: no base image is known, so nothing of it is left out.`),
    );
  }
  const known = images.flatMap(({ vulnerabilities }) => knowledgeNotes({ advisories, vulnerabilities }));
  return [...notes, ...new Set(known)];
}

/** The notes of several comparisons, each once. */
export function allReadingNotes(comparisons: readonly Comparison[]): readonly string[] {
  return [...new Set(comparisons.flatMap(readingNotes))];
}

/** What a reader of a trial's report has to know: the comparison's notes, and where parts come from that these do not say. */
export function trialNotes({ compare, origins }: Pick<TrialReport, "compare" | "origins">): readonly string[] {
  const notes = readingNotes(compare);
  return [...notes, ...origins.filter((origin) => !notes.some((note) => note.endsWith(origin)))];
}
