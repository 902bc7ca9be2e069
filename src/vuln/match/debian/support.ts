import type { AdvisoryIndex } from "../../index/read.ts";
import type { LifetimeRow, SupportRow } from "../../index/schema.ts";

/** What a release says of how long, and how well, it supports a source package. */
export interface Support {
  /** Set where no more fixes come: for the package, or for the whole release. */
  readonly ended: SupportRow | LifetimeRow | null;
  /** Set where the package gets fixes for some uses only. */
  readonly limited: SupportRow | null;
}

/** A function that says how a release supports a source package on `today` (ISO date). */
export function supportIn(
  release: string,
  { index, today }: { readonly index: AdvisoryIndex; readonly today: string },
): (sourcePackage: string) => Support {
  const rows = index.support(release);
  const lifetime = index.lifetime(release);
  const last = lifetime?.lts ?? lifetime?.eol ?? null;
  const over = lifetime !== null && last !== null && last < today ? lifetime : null;
  if (rows.length === 0) return () => ({ ended: over, limited: null });
  const exact = Map.groupBy(
    rows.filter((row) => !isPattern(row)),
    (row) => row.package,
  );
  const patterns = rows.filter(isPattern).map((row) => ({ row, matches: wholeName(row.package) }));
  return (name) => {
    if (exact.get(name)?.some(({ state }) => state === "supported") === true) return { ended: over, limited: null };
    const about = [
      ...(exact.get(name) ?? []),
      ...patterns.filter(({ matches }) => matches(name)).map(({ row }) => row),
    ];
    const ended = about.find((row) => row.state === "ended" && (row.date === null || row.date <= today));
    return { ended: ended ?? over, limited: about.find((row) => row.state === "limited") ?? null };
  };
}

function isPattern(row: SupportRow): boolean {
  return row.package.endsWith(".*");
}

/** Patterns in the lists are a beginning and `.*`. */
function wholeName(pattern: string): (name: string) => boolean {
  const beginning = pattern.slice(0, -2);
  return (name) => name.startsWith(beginning);
}
