import type { Finding, FindingState, Severity } from "../model.ts";
import { type WatchedFinding, type WatchedPackage, watchedFindings } from "./finding.ts";

/** What lies between two scans of one reference. */
export interface FindingDifference {
  readonly added: readonly WatchedFinding[];
  /** Those of another severity or state than before, or that another version mends. */
  readonly changed: readonly ChangedFinding[];
  readonly removed: readonly RemovedFinding[];
}

/** A finding as it is now, and what it was. */
export interface ChangedFinding extends WatchedFinding {
  readonly before: {
    readonly severity: Severity;
    readonly state: FindingState;
    readonly fixedVersion: string | null;
  };
}

/**
 * Why a finding is gone: a VEX statement suppresses it now, the package is no longer there, it is there in another version,
 * or the data no longer says so.
 */
export type RemovalCause = "suppressed" | "package-removed" | "version-changed" | "data-changed";

/** A finding as it was, and why it is gone. */
export interface RemovedFinding extends WatchedFinding {
  readonly cause: RemovalCause;
}

/** What a scan found, and the packages it found it in. */
export interface ScannedState {
  readonly findings: readonly Finding[];
  /** With those that the user's filters leave out. */
  readonly unfiltered: readonly Finding[];
  readonly packages: readonly Pick<WatchedPackage, "type" | "name" | "version">[];
}

/**
 * What has changed since `before`. A vulnerability that stays in a package whose version has changed is the same finding:
 * findings are told apart by vulnerability, type and name of the package.
 */
export function findingDifference(before: readonly WatchedFinding[], now: ScannedState): FindingDifference {
  const known = byKey(before);
  const current = byKey(watchedFindings(now.findings));
  const added = [...current].filter(([key]) => !known.has(key)).map(([, finding]) => finding);
  const changed = [...current].flatMap(([key, finding]) => changedFrom(known.get(key), finding));
  const causeOf = removalCauses(now);
  const removed = [...known]
    .filter(([key]) => !current.has(key))
    .map(([key, finding]) => ({ ...finding, cause: causeOf(key, finding) }));
  return { added, changed, removed };
}

/** Whether two scans found the same. */
export function isSame({ added, changed, removed }: FindingDifference): boolean {
  return added.length + changed.length + removed.length === 0;
}

function changedFrom(old: WatchedFinding | undefined, finding: WatchedFinding): readonly ChangedFinding[] {
  if (old === undefined) return [];
  const { severity, state, fixedVersion } = old;
  const same = severity === finding.severity && state === finding.state && fixedVersion === finding.fixedVersion;
  return same ? [] : [{ ...finding, before: { severity, state, fixedVersion } }];
}

function removalCauses({ unfiltered, packages }: ScannedState) {
  const suppressed = new Set(unfiltered.filter((finding) => finding.suppressed !== null).map(keyOf));
  const versions = new Map<string, Set<string>>();
  for (const one of packages) {
    const name = packageKey(one);
    versions.set(name, (versions.get(name) ?? new Set()).add(one.version));
  }
  return (key: string, { package: of }: WatchedFinding): RemovalCause => {
    if (suppressed.has(key)) return "suppressed";
    const here = versions.get(packageKey(of));
    if (here === undefined) return "package-removed";
    return here.has(of.version) ? "data-changed" : "version-changed";
  };
}

/** The first of each key: several versions of a package may have the same vulnerability. */
function byKey(findings: readonly WatchedFinding[]): ReadonlyMap<string, WatchedFinding> {
  const map = new Map<string, WatchedFinding>();
  for (const finding of findings) {
    const key = keyOf(finding);
    if (!map.has(key)) map.set(key, finding);
  }
  return map;
}

function keyOf(finding: { readonly id: string; readonly package: Pick<WatchedPackage, "type" | "name"> }): string {
  return `${finding.id} ${packageKey(finding.package)}`;
}

function packageKey({ type, name }: Pick<WatchedPackage, "type" | "name">): string {
  return `${type} ${name}`;
}
