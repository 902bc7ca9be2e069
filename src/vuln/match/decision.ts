import type { CvssRating, EpssScore, FindingState, KnownExploited, Severity, Triage } from "../model.ts";
import type { MatchRule } from "../rules.ts";

/** A record that a decision rests on, as findings show it. `asOf` is the ISO date of its source's data. */
export interface RecordReference {
  readonly source: string;
  readonly id: string;
  readonly asOf: string;
}

/** What is decided about one version of a package: a finding without the package. */
export interface Decision {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: Severity;
  readonly severitySource: string | null;
  readonly state: FindingState;
  readonly triage: Triage | null;
  readonly fixedVersion: string | null;
  readonly cvss: readonly CvssRating[];
  readonly epss: EpssScore | null;
  readonly kev: KnownExploited | null;
  readonly summary: string | null;
  readonly records: readonly RecordReference[];
  readonly rule: MatchRule;
}

/** `records` without repetitions of the same record of the same source, the newest data kept. */
export function uniqueRecords(records: readonly RecordReference[]): readonly RecordReference[] {
  if (records.length < 2) return records;
  const unique = new Map<string, RecordReference>();
  for (const record of records) {
    const key = `${record.source}\n${record.id}`;
    const known = unique.get(key);
    if (known === undefined || known.asOf < record.asOf) unique.set(key, record);
  }
  return [...unique.values()];
}
