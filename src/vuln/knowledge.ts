import type { AdvisorySource, VulnerabilityCounts } from "./model.ts";

/** What to say where there is nothing to look vulnerabilities up in. */
export const nothingKnown =
  "Nothing is known of vulnerabilities: there are no advisories to look in. `hardpan db update` fetches them, `hardpan db import DIR` takes them from files.";

const unfixedUnknown =
  "Unfixed vulnerabilities are unknown: no source here lists them. Where there is one for this system, `hardpan db update` fetches it, `hardpan db import DIR` takes it from files.";

/** What counts rest on. */
interface Counted {
  readonly advisories: readonly AdvisorySource[];
  readonly vulnerabilities: Pick<VulnerabilityCounts, "unfixed">;
}

/** What a reader of counts has to know first where they rest on no advisories, or on none that list what has no fix. */
export function knowledgeNotes({ advisories, vulnerabilities }: Counted): readonly string[] {
  if (advisories.length === 0) return [nothingKnown];
  return vulnerabilities.unfixed === null ? [unfixedUnknown] : [];
}
