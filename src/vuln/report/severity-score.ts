import { severityOfScore } from "../cvss.ts";
import type { CvssRating, Finding, Severity } from "../model.ts";

/** The middle of each severity's scores (CVSS 3.1 §5). */
const middles: Readonly<Record<Severity, number | null>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 2,
  negligible: 0.1,
  unspecified: null,
};

/**
 * A score for readers that sort by score alone: the highest rating whose word is the finding's severity; where none is, because
 * a distribution sees it otherwise than the rating, the middle of the severity; null where nothing is known.
 */
export function severityScore({ severity, cvss }: Pick<Finding, "severity" | "cvss">): number | null {
  const highest = highestRating(cvss.filter(({ score }) => score !== null && severityOfScore(score) === severity));
  if (highest !== null) return highest.score;
  return severity === "unspecified" ? (highestRating(cvss)?.score ?? null) : middles[severity];
}

/** The rating with the highest score; null where none has one. */
export function highestRating(ratings: readonly CvssRating[]): (CvssRating & { readonly score: number }) | null {
  let highest: (CvssRating & { readonly score: number }) | null = null;
  for (const rating of ratings) {
    const { score } = rating;
    if (score !== null && (highest === null || score > highest.score)) highest = { ...rating, score };
  }
  return highest;
}
