import { findPackageManagers, findShells } from "../facts/command.ts";
import type { Root } from "./layer/root.ts";

/** Shells and package managers an image has, found among its files; the labels say the same. */
export interface Programs {
  /** Absolute paths. */
  readonly shells: readonly string[];
  readonly packageManagers: readonly string[];
}

/** The programs in a root file system; links from its top to a merged /usr need not be there yet. */
export function programsIn(root: Root): Programs {
  return {
    shells: findShells(root, []).map((path) => `/${path}`),
    packageManagers: findPackageManagers(root, []),
  };
}
