import type { Fragment } from "./fragment.ts";
import type { Layer } from "./layer.ts";
import type { Root } from "./root.ts";

/** The layers of an image so far, what they are made of, and the root file system they make. */
export interface Stack {
  readonly layers: readonly Layer[];
  readonly fragments: readonly Fragment[];
  readonly root: Root;
}
