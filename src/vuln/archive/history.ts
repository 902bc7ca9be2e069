import { compareDebianVersions } from "../../debian/version.ts";
import type { SourcePackage } from "../../sbom/model.ts";
import type { ChangelogEntry } from "./changelog.ts";
import type { ChangelogFix } from "./evidence.ts";

/** What a changelog tells an installed version of its source package. */
export interface History {
  /** What newer versions mend, each with the lowest version that has it. */
  readonly fixes: readonly ChangelogFix[];
  /** What the installed version has mended, and no newer one mends again, each with the version that did. */
  readonly mended: readonly ChangelogFix[];
}

/** What `entries`, newest first, tell the installed version `source`. */
export function historyOf(entries: readonly ChangelogEntry[], source: SourcePackage): History {
  const own = entries.filter((entry) => entry.source === source.name).toReversed();
  const newer = newerThan(source.version, own);
  const had = mendedBy(own.filter((entry) => !newer.has(entry)));
  const all = mendedBy(own);
  const fixOf = (vulnerability: string, version: string) => {
    return { source: source.name, installed: source.version, vulnerability, version };
  };
  return {
    fixes: [...all]
      .filter(([, entry]) => newer.has(entry))
      .map(([cve, entry]) => fixOf(cve, lowestFrom(entry, [...newer]))),
    mended: [...had]
      .filter(([cve, entry]) => (all.get(cve) ?? entry) === entry)
      .map(([cve, entry]) => fixOf(cve, entry.version)),
  };
}

/**
 * The entries, oldest first, that stand above the installed version's. Their place counts, not their version: what was made
 * for sid stands below what a stable release makes of it, 2.9-1 below 2.9-1~deb12u1.
 */
function newerThan(installed: string, own: readonly ChangelogEntry[]): ReadonlySet<ChangelogEntry> {
  const at = own.findLastIndex((entry) => entry.version === installed);
  return new Set(
    at >= 0 ? own.slice(at + 1) : own.filter((entry) => compareDebianVersions(entry.version, installed) > 0),
  );
}

/** What `entries`, oldest first, have mended when all of them are in, each with the entry that did. */
function mendedBy(entries: readonly ChangelogEntry[]): ReadonlyMap<string, ChangelogEntry> {
  const mended = new Map<string, ChangelogEntry>();
  for (const entry of entries) {
    for (const cve of entry.reverted) mended.delete(cve);
    for (const cve of entry.cves) if (!mended.has(cve) || entry.completed.includes(cve)) mended.set(cve, entry);
  }
  return mended;
}

/** Of `entry` and those above it, which have its fixes too, the lowest version. */
function lowestFrom(entry: ChangelogEntry, newer: readonly ChangelogEntry[]): string {
  const versions = newer.slice(newer.indexOf(entry)).map(({ version }) => version);
  return versions.toSorted(compareDebianVersions)[0] ?? entry.version;
}
