import type { DebianPocket } from "../model.ts";
import { suiteName } from "../release.ts";
import { isSignedByDebian } from "./keys.ts";
import type { Repository } from "./line.ts";

/** A suite of Debian's own archive that a repository line names. */
export interface DebianLine {
  readonly pocket: DebianPocket;
  readonly components: readonly string[];
}

const ownComponents = new Set(["main", "contrib", "non-free", "non-free-firmware"]);
const pockets: readonly DebianPocket[] = ["release", "updates", "security", "backports"];

/**
 * What a line asks of Debian's own archive, when it is one of it: a suite of the release `codename` and Debian's
 * components at `…/debian` or `…/debian-security` of any host, with no key named or with Debian's. It is then verified with
 * Debian's keys and fetched from the mirrors in use, whatever host the line has. null for a repository of someone else.
 */
export function debianLine(repository: Repository, codename: string): DebianLine | null {
  const { uri, suite, components, signedBy } = repository;
  const pocket = pockets.find((one) => suite === suiteName({ codename, pocket: one }));
  if (pocket === undefined || !components.every((component) => ownComponents.has(component))) return null;
  const isOwn = signedBy.length === 0 ? isArchivePath(uri) : isSignedByDebian(repository);
  return isOwn ? { pocket, components } : null;
}

function isArchivePath(uri: string): boolean {
  return /^\/debian(-security)?$/.test(new URL(uri).pathname);
}
