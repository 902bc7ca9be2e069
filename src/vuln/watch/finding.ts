import type { Finding, FindingState, Severity } from "../model.ts";

/** What is remembered of a finding that counts, to tell later what has changed. */
export interface WatchedFinding {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: WatchedPackage;
  readonly severity: Severity;
  readonly state: FindingState;
  /** First version that mends it; null when there is none. */
  readonly fixedVersion: string | null;
  /** The records it rests on. `asOf` is the ISO date of the data. */
  readonly records: readonly { readonly source: string; readonly id: string; readonly asOf: string }[];
}

/** A package as findings name it. */
export interface WatchedPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly source: { readonly name: string; readonly version: string } | null;
}

/** Those of `findings` that count, without what is not remembered. */
export function watchedFindings(findings: readonly Finding[]): readonly WatchedFinding[] {
  return findings.filter(({ suppressed }) => suppressed === null).map(watchedFinding);
}

function watchedFinding(finding: Finding): WatchedFinding {
  const { id, aliases, severity, state, fixedVersion, records } = finding;
  const { type, name, version, purl, source } = finding.package;
  return { id, aliases, package: { type, name, version, purl, source }, severity, state, fixedVersion, records };
}
