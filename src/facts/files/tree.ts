import type { ImageTree } from "../model.ts";
import type { FileTrait } from "../trait.ts";
import type { FileTable } from "./table.ts";

/** What a finder found in a file of the layer `layer` that the layer `by` replaced or took away; both count from 0. */
export interface DisplacedFinding {
  readonly path: string;
  readonly finding: unknown;
  readonly layer: number;
  readonly by: number;
}

/**
 * A tree whose files were looked at as they were read: by path what an inspector said of them and what a finder found in
 * them, both empty without one.
 */
export interface InspectedTree extends ImageTree {
  readonly files: FileTable;
  readonly findings: ReadonlyMap<string, unknown>;
  readonly displaced: readonly DisplacedFinding[];
  readonly traits: ReadonlyMap<string, FileTrait>;
}
