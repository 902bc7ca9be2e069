import type { SbomPackage } from "../model.ts";
import { type LicenseTable, licenseTextFor } from "./licenses.ts";
import type { Element, MakeElement } from "./spdx3-element.ts";

/** The licences of a bill as elements of SPDX 3. */
export interface LicenseElements {
  readonly all: readonly Element[];
  /** The identifier of the expression for the licences of `item`; null where it has none. */
  of(item: SbomPackage): string | null;
}

/** One element for every expression, and one for every licence that SPDX does not list. */
export function licenseElementsOf(
  packages: readonly SbomPackage[],
  { table, element }: { readonly table: LicenseTable; readonly element: MakeElement },
): LicenseElements {
  const texts = new Map(
    [...table.references].map(([key, name]) => [
      key,
      element(key, {
        type: "simplelicensing_SimpleLicensingText",
        name,
        simplelicensing_licenseText: licenseTextFor(name),
      }),
    ]),
  );
  const expressions = new Map<string, Element>();
  for (const item of packages) {
    const joined = table.expressionOf(item);
    if (joined === null || expressions.has(joined.expression)) continue;
    const custom = [...joined.references.keys()].flatMap((key) => {
      const value = texts.get(key)?.["spdxId"];
      return value === undefined ? [] : [{ type: "DictionaryEntry", key, value }];
    });
    const made = element(`License-${expressions.size + 1}`, {
      type: "simplelicensing_LicenseExpression",
      simplelicensing_licenseExpression: joined.expression,
      ...(custom.length === 0 ? {} : { simplelicensing_customIdToUri: custom }),
    });
    expressions.set(joined.expression, made);
  }
  return {
    all: [...texts.values(), ...expressions.values()],
    of(item) {
      const id = expressions.get(table.expressionOf(item)?.expression ?? "")?.["spdxId"];
      return typeof id === "string" ? id : null;
    },
  };
}
