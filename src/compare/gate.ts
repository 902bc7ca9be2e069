import type { Comparison } from "./comparison.ts";

/** What makes `hardpan compare --exit-on` end with 2. */
export const gateConditions = ["vulnerability", "package"] as const;
/** One of `gateConditions`. */
export type GateCondition = (typeof gateConditions)[number];

/**
 * Why the analysed image is worse by one of `conditions`, in sentences; empty when it is not. `vulnerability`: it has
 * findings that the baseline has not, suppressed ones not counted. `package`: it has packages that the baseline has not, or
 * an older version of one.
 */
export function gateReasons(comparison: Comparison, conditions: readonly GateCondition[]): readonly string[] {
  const { packages, vulnerabilities } = comparison.changes;
  const older = packages.changed.filter(({ direction }) => direction === "down").length;
  const found: Readonly<Record<GateCondition, readonly string[]>> = {
    vulnerability: counted(vulnerabilities.added.length, "new vulnerability", "new vulnerabilities"),
    package: [
      ...counted(packages.added.length, "new package", "new packages"),
      ...counted(older, "package in an older version", "packages in older versions"),
    ],
  };
  return conditions
    .filter((condition) => found[condition].length > 0)
    .map((condition) => {
      const what = found[condition].join(", ");
      return `--exit-on ${condition}: ${comparison.analysed.reference} has ${what} against ${comparison.baseline.reference}`;
    });
}

function counted(count: number, one: string, many: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}
