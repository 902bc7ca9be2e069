import type { Comparison, Comparisons, ManyComparisons } from "./comparison.ts";

/** Comparisons with one baseline as data: docs/schema/compare.schema.json for one, compare-many.schema.json for more. */
export function comparisonJson(comparisons: Comparisons): Comparison | ManyComparisons {
  const [first] = comparisons;
  if (comparisons.length === 1) return first;
  return { schema: "hardpan/compare-many/1", baseline: first.baseline, analysed: comparisons };
}

/** The same as `hardpan compare --format json` prints it. */
export function renderJson(comparisons: Comparisons): string {
  return `${JSON.stringify(comparisonJson(comparisons), null, 2)}\n`;
}
