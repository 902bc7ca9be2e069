import { dateOfRecord, modificationOf, writeAdvisory } from "./advisory.ts";
import { affectedVersions } from "./affected.ts";
import type { OsvContext } from "./context.ts";
import type { OsvAffected, OsvRecord } from "./schema.ts";

/** Whether a record is of the Python Software Foundation's own database, which speaks of CPython and tools around it. */
export function isCpythonRecord({ id }: OsvRecord): boolean {
  return id.startsWith("PSF-");
}

/**
 * Writes what a record of the PSF says of CPython: `generic` package `python`. Versions may be written as tags (`v3.12.1`).
 * Returns whether it names any; most name commits only, and then give the vulnerability a summary and nothing else.
 */
export function writeCpythonRecord(record: OsvRecord, context: OsvContext): boolean {
  const { origin, writer } = context;
  const cves = (record.aliases ?? []).filter((alias) => alias.startsWith("CVE-"));
  const vulnerabilities = cves.length > 0 ? cves : [record.id];
  const named = (record.affected ?? []).filter(isCpython).map((one) => affectedVersions(withoutTags(one), "pypi"));
  const useful = named.filter(({ ranges, versions }) => ranges.length > 0 || versions.length > 0);
  for (const vulnerability of vulnerabilities) {
    for (const { ranges, versions } of useful) {
      writer.affected({
        ecosystem: "generic",
        package: "python",
        vulnerability,
        origin,
        record: record.id,
        modified: dateOfRecord(record) ?? "",
        severity: null,
        ranges,
        versions,
      });
    }
    writeAdvisory({ ...record, aliases: [record.id] }, vulnerability, context);
  }
  if (useful.some(({ ranges }) => ranges.some(isUnfixed))) writer.knowsUnfixed(origin);
  writer.record(origin, modificationOf(record));
  return useful.length > 0;
}

/** Records of pip and others name their package; those of CPython name its repository. */
function isCpython({ package: named, ranges }: OsvAffected): boolean {
  if (named != null) return /^(?:c?python)$/i.test(named.name);
  return (ranges ?? []).some(({ repo }) => /\/python\/cpython(?:\.git)?$/.test(repo ?? ""));
}

function withoutTags(affected: OsvAffected): OsvAffected {
  return { ...affected, versions: affected.versions?.map((version) => version.replace(/^v(?=\d)/, "")) };
}

function isUnfixed({ events }: { readonly events: readonly { readonly kind: string }[] }): boolean {
  return !events.some(({ kind }) => kind === "fixed");
}
