import { findFile } from "../../facts/path.ts";
import type { Root } from "../../image/layer/root.ts";

/** Where bash stands in for sh: scripts of packages and actions ask for it by this path or `/bin/sh`. */
export const standInPath = "usr/bin/sh";

/** Whether bash stands in for sh in a stage: one that lists bash need not list dash. */
export function hasStandIn(root: Root): boolean {
  return findFile(root, standInPath) === null && findFile(root, "usr/bin/bash") !== null;
}
