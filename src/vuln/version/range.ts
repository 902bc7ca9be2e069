import type { AffectedRange, AffectedRow } from "../index/schema.ts";

/** The order of versions that ranges are read by: negative, 0 or positive. */
export type Order = (left: string, right: string) => number;

/** Whether a version is affected, and the lowest fixed version above it in the ranges that contain it. */
export interface RangeVerdict {
  readonly affected: boolean;
  readonly fixed: string | null;
}

/**
 * Whether a record calls `version` affected (OSV schema, evaluation): it is listed, however written, or lies within a range,
 * whose events are points on the version line of which the last one at or below the version decides.
 */
export function rangeVerdict(
  version: string,
  row: Pick<AffectedRow, "ranges" | "versions">,
  compare: Order,
): RangeVerdict {
  const containing = row.ranges.filter((range) => isWithin(version, range, compare));
  if (containing.length > 0) return { affected: true, fixed: nextFix(version, containing, compare) };
  const isListed = row.versions.some((one) => one === version || compare(one, version) === 0);
  return { affected: isListed, fixed: null };
}

function nextFix(version: string, ranges: readonly AffectedRange[], compare: Order): string | null {
  let next: string | null = null;
  for (const { events } of ranges) {
    for (const { kind, version: fixed } of events) {
      if (kind !== "fixed" || compare(version, fixed) >= 0) continue;
      if (next === null || compare(fixed, next) < 0) next = fixed;
    }
  }
  return next;
}

/** Whether `version` lies within `range`, whose events are sorted. */
export function isWithin(version: string, range: AffectedRange, compare: Order): boolean {
  let inside = false;
  for (const event of range.events) {
    const order = compare(version, event.version);
    if (order < 0) break;
    if (event.kind === "introduced") inside = true;
    if (event.kind === "fixed" || event.kind === "limit") inside = false;
    if (event.kind === "last_affected" && order > 0) inside = false;
  }
  if (!inside || range.bound === null) return inside;
  const order = compare(version, range.bound.version);
  return range.bound.inclusive ? order <= 0 : order < 0;
}
