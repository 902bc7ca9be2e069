import type { Comparison } from "./comparison.ts";

/** The comparison as `hardpan compare --format json` prints it: docs/schema/compare.schema.json. */
export function renderJson(comparison: Comparison): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}
