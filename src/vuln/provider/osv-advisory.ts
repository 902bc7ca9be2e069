import { cvssBaseScore } from "../cvss.ts";
import type { IndexWriter } from "../index/write.ts";
import type { OsvRecord } from "./osv-schema.ts";

/** Longest summary kept, in characters. */
const summaryLength = 200;

/** Writes what a record says of the vulnerability itself: aliases, CVSS vectors, summary. */
export function writeAdvisory(
  record: OsvRecord,
  of: { readonly vulnerability: string; readonly origin: number },
  writer: IndexWriter,
): void {
  writer.advisory({
    ...of,
    record: record.id,
    modified: record.modified,
    summary: record.summary?.slice(0, summaryLength) ?? null,
    aliases: [...new Set(record.aliases ?? [])].filter((alias) => alias !== of.vulnerability),
    cvss: (record.severity ?? []).map(({ type, score }) => ({ type, vector: score, score: cvssBaseScore(score) })),
  });
}
