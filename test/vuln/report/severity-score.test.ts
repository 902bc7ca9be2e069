import { describe, expect, it } from "vitest";
import type { CvssRating, Severity } from "../../../src/vuln/model.ts";
import { severityScore } from "../../../src/vuln/report/severity-score.ts";

const rated = (...scores: (number | null)[]): readonly CvssRating[] =>
  scores.map((score) => ({ source: "nvd", version: "3.1", vector: "", score }));

describe("the score by which others sort", () => {
  it.each<[string, Severity, readonly CvssRating[], number | null]>([
    ["the highest rating of its severity", "high", rated(7.1, 8.2, 5), 8.2],
    ["the middle of its severity where the distribution sees it otherwise than the ratings", "low", rated(9.8), 2],
    ["the middle of its severity without a rating", "critical", [], 9.5],
    ["the highest rating where nobody gave a severity", "unspecified", rated(null, 4.2, 6.1), 6.1],
    ["nothing where nothing is known", "unspecified", rated(null), null],
  ])("is %s", (_, severity, cvss, score) => {
    expect(severityScore({ severity, cvss })).toBe(score);
  });
});
