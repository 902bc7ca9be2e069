import { type AdvisoryIndex, advisorySources } from "../index/read.ts";
import type { AdvisorySource } from "../model.ts";

/** The index's sources, with their dates as exactly as they are known: what an age or an order of two is told by. */
export function exactSources(index: AdvisoryIndex): readonly AdvisorySource[] {
  return advisorySources(index).map((source) => {
    const dates = index.origins.filter((origin) => origin.source === source.source).map((origin) => origin.asOf);
    return { ...source, asOf: [source.asOf, ...dates].sort().at(-1) ?? source.asOf };
  });
}

/** The sources that both have and that are older in `next` than in `there`; whole days count where one has no more. */
export function olderSources(
  next: readonly AdvisorySource[],
  there: readonly AdvisorySource[],
): readonly { readonly source: string; readonly next: string; readonly there: string }[] {
  const known = new Map(there.map(({ source, asOf }) => [source, asOf]));
  return next.flatMap(({ source, asOf }) => {
    const has = known.get(source);
    return has !== undefined && isBefore(asOf, has) ? [{ source, next: asOf, there: has }] : [];
  });
}

function isBefore(date: string, other: string): boolean {
  const day = 10;
  if (date.length === day || other.length === day) return date.slice(0, day) < other.slice(0, day);
  return Date.parse(date) < Date.parse(other);
}
