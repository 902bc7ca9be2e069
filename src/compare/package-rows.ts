import type { PackageChanges } from "./comparison.ts";
import { directionMarks, type Mark } from "./mark.ts";

/** A package that came, went or changed, for a table; a version it has not is empty. */
export interface PackageRow {
  readonly mark: Mark;
  readonly name: string;
  readonly type: string;
  readonly before: string;
  readonly after: string;
}

/** Removed, added, then changed packages. */
export function packageRows({ removed, added, changed }: PackageChanges): readonly PackageRow[] {
  return [
    ...removed.map(({ name, type, version }): PackageRow => ({ mark: "-", name, type, before: version, after: "" })),
    ...added.map(({ name, type, version }): PackageRow => ({ mark: "+", name, type, before: "", after: version })),
    ...changed.map(({ package: { name, type, version }, from, direction }): PackageRow => {
      return { mark: directionMarks[direction], name, type, before: from, after: version };
    }),
  ];
}
