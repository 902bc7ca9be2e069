import type { OsvContext } from "./context.ts";
import type { OsvRecord } from "./schema.ts";

/** Longest summary kept, in characters. */
const summaryLength = 200;

/** Writes what a record says of the vulnerability itself: aliases, CVSS vectors, summary. */
export function writeAdvisory(record: OsvRecord, vulnerability: string, { origin, writer, score }: OsvContext): void {
  writer.advisory({
    vulnerability,
    origin,
    record: record.id,
    modified: dateOfRecord(record) ?? "",
    summary: record.summary?.slice(0, summaryLength) ?? null,
    aliases: [...new Set(record.aliases ?? [])].filter((alias) => alias !== vulnerability),
    cvss: (record.severity ?? []).map(({ type, score: vector }) => ({ type, vector, score: score(vector) })),
  });
}

/** When a record was modified, else when it was published; null where it says neither: some have the year 1 there. */
export function dateOfRecord(record: OsvRecord): string | null {
  return modificationOf(record) ?? believed(record.published);
}

/** When a record was modified; null where it does not say. */
export function modificationOf(record: OsvRecord): string | null {
  return believed(record.modified);
}

/** No advisories are older. */
function believed(date: string | null | undefined): string | null {
  return date != null && date >= "1990" ? date : null;
}
