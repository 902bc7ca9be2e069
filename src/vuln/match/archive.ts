import type { SourcePackage } from "../../sbom/model.ts";
import { type ArchiveEvidence, archiveSourceName, type ChangelogFix } from "../archive/evidence.ts";
import type { SourceVerdict } from "./debian/matcher.ts";
import { type Decision, uniqueRecords } from "./decision.ts";

/**
 * Adds what changelogs in the archive name. A fix in a newer version makes an open finding a fixed one and adds what no
 * advisory lists; it does not revive what the distribution's data says does not affect this version. A fix that the
 * installed version has already settles a finding whose data is older than the archive and calls it open.
 */
export function addArchiveFixes(
  verdict: SourceVerdict,
  options: { readonly source: SourcePackage; readonly archive?: ArchiveEvidence },
): readonly Decision[] {
  const { source, archive } = options;
  if (archive === undefined) return verdict.affected;
  const fixes = archive.fixes.filter((fix) => fix.source === source.name && fix.installed === source.version);
  const named = new Map(fixes.map((fix) => [fix.vulnerability, fix]));
  const mended = new Set(mendedOf(source, archive).map(({ vulnerability }) => vulnerability));
  const open = verdict.affected.filter((decision) => !(mended.has(decision.id) && isOlder(decision, archive)));
  const confirmed = open.map((decision) => {
    const fix = named.get(decision.id);
    return fix === undefined ? decision : withFix(decision, fix, archive);
  });
  const known = new Set(verdict.affected.map((decision) => decision.id));
  const added = fixes.filter((fix) => !known.has(fix.vulnerability) && !verdict.settled.has(fix.vulnerability));
  return [...confirmed, ...added.map((fix) => newDecision(fix, verdict, archive))];
}

/** What the installed version of a source package has mended already, as its changelog says. */
export function mendedOf(source: SourcePackage, archive: ArchiveEvidence): readonly ChangelogFix[] {
  return archive.mended.filter((fix) => fix.source === source.name && fix.installed === source.version);
}

/** Whether a decision that there is no fix rests on data of before the archive's day. */
function isOlder({ state, records }: Decision, { asOf }: ArchiveEvidence): boolean {
  return state !== "fixed" && records.every((record) => record.asOf < asOf.slice(0, 10));
}

function withFix(decision: Decision, fix: ChangelogFix, archive: ArchiveEvidence): Decision {
  const records = uniqueRecords([...decision.records, reference(fix, archive)]);
  if (decision.state === "fixed") return { ...decision, records };
  return { ...decision, state: "fixed", triage: null, fixedVersion: fix.version, records, rule: "archive-changelog" };
}

function newDecision(fix: ChangelogFix, verdict: SourceVerdict, archive: ArchiveEvidence): Decision {
  return {
    id: fix.vulnerability,
    aliases: [],
    ...verdict.describe(fix.vulnerability),
    state: "fixed",
    triage: null,
    fixedVersion: fix.version,
    records: [reference(fix, archive)],
    rule: "archive-changelog",
  };
}

function reference(fix: ChangelogFix, archive: ArchiveEvidence): Decision["records"][number] {
  return { source: archiveSourceName, id: `${fix.source} ${fix.version}`, asOf: archive.asOf.slice(0, 10) };
}
