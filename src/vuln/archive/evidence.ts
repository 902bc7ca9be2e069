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
  /** Source packages that are behind and whose changelog could not be read, with the reason. */
  readonly unread: readonly { readonly source: string; readonly reason: string }[];
}

/** A changelog entry newer than the installed version names this vulnerability. */
export interface ChangelogFix {
  readonly source: string;
  /** Installed version of the source package. */
  readonly installed: string;
  readonly vulnerability: string;
  /** Version of the oldest such entry. */
  readonly version: string;
}

/** The name of the archive as a source of advisories. */
export const archiveSourceName = "debian-archive";

/** The archive as every answer lists it: it knows of fixes, never of what has none. */
export function archiveSource(evidence: ArchiveEvidence): AdvisorySource {
  const { asOf, fixes } = evidence;
  return { source: archiveSourceName, asOf: asOf.slice(0, 10), records: fixes.length, knowsUnfixed: false };
}
