import { dirname } from "node:path";
import { cvssBaseScore } from "../../cvss.ts";
import { loadCvss4 } from "../../cvss4.ts";
import type { FeedDocument } from "../../feed/document.ts";
import { invalidContent, type Place } from "../../feed/place.ts";
import { firstRecord, hasKeys, recordsOf } from "../../feed/records.ts";
import type { Provider, ReadOutcome, Target } from "../provider.ts";
import { writeAffectedRecord } from "./affected.ts";
import type { OsvContext } from "./context.ts";
import { isCpythonRecord, writeCpythonRecord } from "./cpython.ts";
import { writeDebianRecord } from "./debian.ts";
import { ecosystemOfOsv, familyOf, sourceOfFamily } from "./ecosystem.ts";
import { type OsvRecord, osvRecord } from "./schema.ts";

/**
 * OSV records (OSV schema 1.x) of Debian, Alpine, Docker Hardened Images, CPython and the ecosystems of languages: one a line,
 * one a file, an array, or the archives of OSV's own export.
 */
export const osv: Provider = {
  format: "OSV",
  recognises(sample) {
    const record = firstRecord(sample);
    return hasKeys(record, "id", "modified") && ("affected" in record || "schema_version" in record);
  },
  begin(target) {
    const tally = createTally(target);
    let score: OsvContext["score"] | null = null;
    return {
      async read(document) {
        score ??= await loadScore();
        const context = { target, document, score };
        for await (const { value, place } of recordsOf(document)) tally.add(parseRecord(value, place), context);
      },
      finish: () => tally.finish(),
    };
  },
};

async function loadScore(): Promise<OsvContext["score"]> {
  const version4 = await loadCvss4();
  return (vector) => cvssBaseScore(vector) ?? version4(vector);
}

function parseRecord(value: unknown, place: Place): OsvRecord {
  const parsed = osvRecord.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidContent(place, `not an OSV record: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}

/** Share of a feed's records below which an ecosystem is only mentioned in passing, not covered by the feed. */
const passingShare = 0.05;

interface TallyContext {
  readonly document: FeedDocument;
  readonly score: OsvContext["score"];
}

/**
 * Hands records to the ecosystems that are used and counts all. Feeds of one ecosystem name packages of others now and
 * then; to take those few for a source of that other ecosystem would claim knowledge that is not there.
 */
function createTally({ origin: file, writer }: Target) {
  const sources = new Map<string, { readonly origin: number; readonly records: number }>();
  const others = new Map<string, number>();
  const count = { records: 0, commitsOnly: 0 };
  const countedOrigin = (source: string, document: FeedDocument): number => {
    // Of records one a file, the folder is the feed.
    const alone = document.sample.form === "object" && document.name === file.file;
    const origin = writer.origin(source, alone ? { ...file, file: dirname(file.file), sha256: null } : file);
    sources.set(source, { origin, records: (sources.get(source)?.records ?? 0) + 1 });
    return origin;
  };
  return {
    add(record: OsvRecord, { document, score }: TallyContext): void {
      count.records++;
      if (record.withdrawn != null && record.withdrawn !== "") return;
      const from = (source: string): OsvContext => ({ origin: countedOrigin(source, document), writer, score });
      if (isCpythonRecord(record)) {
        if (!writeCpythonRecord(record, from("psf"))) count.commitsOnly++;
        return;
      }
      for (const [family, name] of familiesOf(record)) {
        const used = ecosystemOfOsv(name);
        if (family === "Debian") writeDebianRecord(record, from("osv-debian"));
        else if (used !== null) writeAffectedRecord(record, used.osv, from(sourceOfFamily(used.osv)));
        else others.set(family, (others.get(family) ?? 0) + 1);
      }
    },
    finish(): ReadOutcome {
      for (const [source, { origin, records }] of sources) {
        if (records >= count.records * passingShare) continue;
        writer.forget(origin);
        sources.delete(source);
      }
      const records = [...sources.values()].reduce((sum, one) => sum + one.records, 0);
      if (sources.size > 0) return { used: true, records, notes: notesOn(count) };
      const names = [...others].sort((a, b) => b[1] - a[1]).map(([name]) => name);
      return { used: false, reason: `format OSV of ${names[0] ?? "no ecosystem"} is not used` };
    },
  };
}

/** The families of ecosystems that a record speaks of, each with the first full name that is one of ours, if any is. */
function familiesOf(record: OsvRecord): ReadonlyMap<string, string> {
  const families = new Map<string, string>();
  for (const { package: named } of record.affected ?? []) {
    const name = named?.ecosystem ?? "no package";
    const family = familyOf(name);
    const known = families.get(family);
    if (known === undefined || ecosystemOfOsv(known) === null) families.set(family, name);
  }
  return families;
}

function notesOn({ commitsOnly }: { readonly commitsOnly: number }): readonly string[] {
  if (commitsOnly === 0) return [];
  return [`${commitsOnly} ${commitsOnly === 1 ? "record names" : "records name"} commits and no versions`];
}
