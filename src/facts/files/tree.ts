import type { ImageFile, ImageTree } from "../model.ts";
import type { FileTrait } from "../trait.ts";
import type { FileTable } from "./table.ts";

/** What a finder found in a file that the layer `by`, counted from 0, replaced or took away, and that file. */
export interface DisplacedFinding {
  readonly path: string;
  readonly file: ImageFile;
  readonly finding: unknown;
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
