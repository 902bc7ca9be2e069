import { supportByPackage } from "../../../debian/security-support.ts";
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
  const listed = supportByPackage(rows, today);
  return (name) => {
    const { ended, limited } = listed(name);
    return { ended: ended ?? over, limited };
  };
}
