import { VulnError } from "./error.ts";

/** A source of advisories as far as its age goes. */
export interface DatedSource {
  readonly source: string;
  /** ISO date, or date and time, of the newest data. */
  readonly asOf: string;
  /** The same of when its publisher last said that this is what it has; absent or null where that is not known. */
  readonly checked?: string | null | undefined;
}

const units = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** Milliseconds of an age such as `12h`, `7d` or `2w`; null for any other text, and for more than 9999 of a unit. */
export function parseAge(text: string): number | null {
  const match = /^(\d{1,4})([hdw])$/.exec(text);
  if (match === null) return null;
  const [, count = "", unit] = match;
  return Number(count) * (unit === "h" ? units.h : unit === "d" ? units.d : units.w);
}

/**
 * How old a source is, in milliseconds, never below 0: since its newest data, or since its publisher last confirmed it where
 * that is later. What is dated by the day counts from the end of that day (UTC). null where the date cannot be read.
 */
export function ageOf({ asOf, checked }: DatedSource, now: Date): number | null {
  const times = [asOf, ...(checked == null ? [] : [checked])].map(latestMoment).filter((time) => !Number.isNaN(time));
  return times.length === 0 ? null : Math.max(0, now.getTime() - Math.max(...times));
}

/** How many midnights (UTC) lie since then, as people count days; null where the date cannot be read. */
export function daysOld({ asOf, checked }: DatedSource, now: Date): number | null {
  const days = [asOf, ...(checked == null ? [] : [checked])].map((date) => Date.parse(date.slice(0, 10)));
  const known = days.filter((day) => !Number.isNaN(day));
  const today = Date.parse(now.toISOString().slice(0, 10));
  return known.length === 0 ? null : Math.max(0, Math.round((today - Math.max(...known)) / units.d));
}

/** The sources that are older than `maxAge` milliseconds, or of no readable date. */
export function tooOld<Source extends DatedSource>(
  sources: readonly Source[],
  maxAge: number,
  now: Date,
): readonly Source[] {
  return sources.filter((source) => (ageOf(source, now) ?? Number.POSITIVE_INFINITY) > maxAge);
}

/**
 * Throws VULN_TOO_OLD, naming them, when any of `sources` is older than `maxAge` milliseconds, or when there are none. Give
 * the sources an answer rests on: others may be as old as they like.
 */
export function requireFresh(sources: readonly DatedSource[], maxAge: number, now: Date): void {
  const hint = "fetch new ones with `hardpan db update`, or import a newer bundle with `hardpan db import`";
  if (sources.length === 0) throw new VulnError("VULN_TOO_OLD", "there are no advisories of any age", { hint });
  const old = tooOld(sources, maxAge, now);
  if (old.length === 0) return;
  const named = old.map((one) => `${one.source} (as of ${one.asOf.slice(0, 10)}, ${inWords(one, now)})`);
  throw new VulnError("VULN_TOO_OLD", `advisories are older than ${printAge(maxAge)}: ${named.join(", ")}`, { hint });
}

/** An age as `parseAge` reads it, in the largest unit that fits. */
export function printAge(age: number): string {
  if (age > 0 && age % units.w === 0) return `${age / units.w}w`;
  return age > 0 && age % units.d === 0 ? `${age / units.d}d` : `${Math.floor(age / units.h)}h`;
}

function inWords(source: DatedSource, now: Date): string {
  const days = daysOld(source, now);
  return days === null ? "no readable date" : days === 1 ? "1 day old" : `${days} days old`;
}

function latestMoment(date: string): number {
  return Date.parse(/^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T23:59:59.999Z` : date);
}
