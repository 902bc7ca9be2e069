/** What is remembered of a source of advisories. */
export interface WatchedSource {
  readonly source: string;
  /** ISO date of the newest data. */
  readonly asOf: string;
  readonly records: number;
}

/** A source of advisories before and now; null where it was or is not there. */
export interface ChangedSource {
  readonly source: string;
  readonly before: { readonly asOf: string; readonly records: number } | null;
  readonly after: { readonly asOf: string; readonly records: number } | null;
}

/** What a scan depends on: when one of these changes, it is made anew. */
export interface ScanBasis {
  /** What the reference stands for: a digest, or what tells a file from what it was. */
  readonly identity: string;
  /** What tells the advisories from those of another time. */
  readonly data: string;
  /** The same of VEX documents that the user names. */
  readonly vex: string;
  /** ISO date of the scan: support of packages ends on a day, and what the archive offers changes. */
  readonly day: string;
}

/** Why a reference is scanned. */
export type ScanCause = "first" | "digest" | "data" | "vex" | "day";

/** Why to scan; empty when all is as it was. `before` is null where there was no scan. */
export function scanCauses(before: ScanBasis | null, now: ScanBasis): readonly ScanCause[] {
  if (before === null) return ["first"];
  return [
    ...(before.identity === now.identity ? [] : (["digest"] as const)),
    ...(before.data === now.data ? [] : (["data"] as const)),
    ...(before.vex === now.vex ? [] : (["vex"] as const)),
    ...(before.day === now.day ? [] : (["day"] as const)),
  ];
}

/** Sources of advisories that have other data than before, sorted by name. */
export function changedSources(
  before: readonly WatchedSource[],
  after: readonly WatchedSource[],
): readonly ChangedSource[] {
  const old = new Map(before.map((one) => [one.source, one]));
  const fresh = new Map(after.map((one) => [one.source, one]));
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((source) => {
    const [left, right] = [stateOf(old.get(source)), stateOf(fresh.get(source))];
    return left?.asOf === right?.asOf && left?.records === right?.records
      ? []
      : [{ source, before: left, after: right }];
  });
}

function stateOf(source: WatchedSource | undefined): ChangedSource["before"] {
  return source === undefined ? null : { asOf: source.asOf, records: source.records };
}
