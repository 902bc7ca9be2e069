import { joinLicenses, type LicenseExpression } from "../license.ts";
import type { SbomPackage } from "../model.ts";

/** The licences of all packages of a bill as expressions. */
export interface LicenseTable {
  /** The licences of `item` as one expression; null where it has none. */
  expressionOf(item: SbomPackage): LicenseExpression | null;
  /** What each `LicenseRef-…` in the expressions stands for, sorted by it. */
  readonly references: ReadonlyMap<string, string>;
}

/** Joins the licences of every package; the same lists are joined once. */
export function licenseTable(packages: readonly SbomPackage[]): LicenseTable {
  const joined = new Map<string, LicenseExpression | null>();
  const references = new Map<string, string>();
  for (const { licenses } of packages) {
    const key = JSON.stringify(licenses);
    if (joined.has(key)) continue;
    const expression = joinLicenses(licenses);
    joined.set(key, expression);
    for (const [id, text] of expression?.references ?? []) references.set(id, text);
  }
  return {
    expressionOf: ({ licenses }) => joined.get(JSON.stringify(licenses)) ?? null,
    references: new Map([...references].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The text that stands in for that of a licence which SPDX does not list. */
export function licenseTextFor(name: string): string {
  return `The licence is named ${name} by the package; its text is in the image or with the package's source.`;
}
