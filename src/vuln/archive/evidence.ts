import type { AdvisorySource } from "../model.ts";

/** What the archive of a release itself tells: newest versions, and fixes that changelogs name. Plain data. */
export interface ArchiveEvidence {
  /** Key of the release, see `releaseOfCodename`. */
  readonly release: string;
  /** ISO 8601 time of the newest Release file. */
  readonly asOf: string;
  /** Newest version of each source package looked at, in all pockets. */
  readonly newest: ReadonlyMap<string, string>;
  /** Fixes that are in the release and not in the installed version. */
  readonly fixes: readonly ChangelogFix[];
  /** Doubted vulnerabilities that the changelog names in an entry that the installed version has; `version` is that entry's. */
  readonly mended: readonly ChangelogFix[];
  /** Source packages that are behind, or doubted, and whose changelog could not be read, with the reason. */
  readonly unread: readonly { readonly source: string; readonly reason: string }[];
}

/** A changelog entry names this vulnerability. */
export interface ChangelogFix {
  readonly source: string;
  /** Installed version of the source package. */
  readonly installed: string;
  readonly vulnerability: string;
  /** Version of the oldest entry that decides. */
  readonly version: string;
}

/** The name of the archive as a source of advisories. */
export const archiveSourceName = "debian-archive";

/** The archive as every answer lists it: it knows of fixes, never of what has none. */
export function archiveSource(evidence: ArchiveEvidence): AdvisorySource {
  const { asOf, fixes } = evidence;
  return { source: archiveSourceName, asOf: asOf.slice(0, 10), records: fixes.length, knowsUnfixed: false };
}
