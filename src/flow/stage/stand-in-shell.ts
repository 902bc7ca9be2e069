import { findFile } from "../../facts/path.ts";
import type { Root } from "../../image/layer/root.ts";

/** Where a stage has the program that stands in for sh: scripts of packages and actions ask for it by this path or `/bin/sh`. */
export const standInPath = "usr/bin/sh";

/**
 * What `sh` leads to in a stage whose packages bring none, as a stage that lists bash need not list dash; null where they
 * bring it, or no shell at all.
 */
export function standInShell(root: Root): "bash" | "busybox" | null {
  const has = (name: string) => findFile(root, `usr/bin/${name}`) !== null;
  if (has("sh")) return null;
  return has("bash") ? "bash" : has("busybox") ? "busybox" : null;
}
