import type { RangeEvent } from "../../index/schema.ts";

/**
 * Reads a pair of node's ranges (npm's semver): the releases within the first and not within the second, as sorted events;
 * null for what is no range. The second may be empty: no release is patched. Only releases count: node's ranges leave out
 * prereleases, which therefore stand as the release they came before. Where a run of affected releases ends without a patched
 * one it has a `limit`, and the next patched release above is named as `fixed`.
 */
export type NodeRanges = (vulnerable: string, patched: string) => readonly RangeEvent[] | null;

/** Loads npm's semver, which gives ranges their meaning. */
export async function loadNodeRanges(): Promise<NodeRanges> {
  const { default: Range } = await import("semver/classes/range.js");
  const read = (text: string): readonly Run[] | null => {
    if (text.length > textLimit) return null;
    try {
      return union(new Range(text).set.flatMap(runOf));
    } catch (cause) {
      if (cause instanceof TypeError) return null;
      throw cause;
    }
  };
  return (vulnerable, patched) => {
    const affected = read(vulnerable);
    const mended = patched.trim() === "" ? [] : read(patched);
    return affected === null || mended === null ? null : events(without(affected, mended), mended);
  };
}

/** Longest range, in characters. */
const textLimit = 2000;

/** A release: major, minor and patch number. */
type Release = readonly [number, number, number];

/** Releases from `start` on and before `end`; null is no end. */
interface Run {
  readonly start: Release;
  readonly end: Release | null;
}

/** What npm's semver says of a version in a range. An empty value stands for any version. */
interface Bound {
  readonly operator: string;
  readonly value: string;
  readonly semver: {
    readonly major: number;
    readonly minor: number;
    readonly patch: number;
    readonly prerelease: readonly unknown[];
  };
}

/** The run that all of `bounds` allow; nothing where they contradict each other. */
function runOf(bounds: readonly Bound[]): readonly Run[] {
  let start: Release = [0, 0, 0];
  let end: Release | null = null;
  for (const { operator, value, semver } of bounds) {
    if (value === "") continue;
    const at: Release = [semver.major, semver.minor, semver.patch];
    // `1.2.3-0` stands just before the release 1.2.3, so that no release lies between them.
    const after: Release = semver.prerelease.length > 0 ? at : [semver.major, semver.minor, semver.patch + 1];
    const from = operator === ">" ? after : operator === "<" || operator === "<=" ? null : at;
    const to = operator === "<" ? at : operator === ">" || operator === ">=" ? null : after;
    if (from !== null && compare(from, start) > 0) start = from;
    if (to !== null && (end === null || compare(to, end) < 0)) end = to;
  }
  return end === null || compare(start, end) < 0 ? [{ start, end }] : [];
}

/** The same releases in runs that are sorted and do not touch. */
function union(runs: readonly Run[]): readonly Run[] {
  const joined: Run[] = [];
  for (const run of runs.toSorted((a, b) => compare(a.start, b.start))) {
    const last = joined.at(-1);
    if (last === undefined || (last.end !== null && compare(last.end, run.start) < 0)) joined.push(run);
    else joined[joined.length - 1] = { start: last.start, end: later(last.end, run.end) };
  }
  return joined;
}

/** The releases of `runs` that are in none of `others`, both sorted. */
function without(runs: readonly Run[], others: readonly Run[]): readonly Run[] {
  return others.reduce(
    (left: readonly Run[], other) =>
      left.flatMap((run) => {
        const before: Run = { start: run.start, end: earlier(run.end, other.start) };
        const behind = other.end === null ? null : { start: laterOf(run.start, other.end), end: run.end };
        return [before, ...(behind === null ? [] : [behind])].filter(
          ({ start, end }) => end === null || compare(start, end) < 0,
        );
      }),
    runs,
  );
}

function events(affected: readonly Run[], mended: readonly Run[]): readonly RangeEvent[] {
  const found: RangeEvent[] = [];
  for (const [i, { start, end }] of affected.entries()) {
    found.push({ kind: "introduced", version: printed(start) });
    if (end === null) continue;
    const fix = mended.find((run) => compare(run.start, end) >= 0)?.start;
    const isFix = fix !== undefined && compare(fix, end) === 0;
    found.push({ kind: isFix ? "fixed" : "limit", version: printed(end) });
    const next = affected[i + 1]?.start;
    // A fix beyond the next run is that one's, and stands there.
    if (fix !== undefined && !isFix && (next === undefined || compare(fix, next) < 0)) {
      found.push({ kind: "fixed", version: printed(fix) });
    }
  }
  return found;
}

function printed(release: Release): string {
  return release.every((number) => number === 0) ? "0" : release.join(".");
}

function compare(a: Release, b: Release): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function earlier(end: Release | null, other: Release): Release {
  return end === null || compare(other, end) < 0 ? other : end;
}

function later(a: Release | null, b: Release | null): Release | null {
  return a === null || b === null ? null : laterOf(a, b);
}

function laterOf(a: Release, b: Release): Release {
  return compare(a, b) < 0 ? b : a;
}
