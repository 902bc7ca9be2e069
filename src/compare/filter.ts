import type { SbomPackage } from "../sbom/model.ts";
import { everything, type FindingFilter, filterFindings, filterFlags } from "../vuln/filter.ts";
import { countFindings } from "../vuln/match/count.ts";
import type { Side } from "./side.ts";

/** What of two images is compared. */
export interface CompareFilter extends FindingFilter {
  /** Leaves findings that both images have out of the lists; they count. */
  readonly ignoreUnchanged: boolean;
}

/** Everything is compared. */
export const noFilter: CompareFilter = { ...everything, ignoreUnchanged: false };

/** The filter as flags. */
export function compareFlags(filter: CompareFilter): readonly string[] {
  return [...filterFlags(filter), ...(filter.ignoreUnchanged ? ["--ignore-unchanged"] : [])];
}

/**
 * An image with the findings that pass, counted anew, and the packages that pass what is asked of packages: type, name and
 * base. Suppressed findings stay in the list, where they explain what is gone; `ignoreSuppressed` only leaves them uncounted.
 */
export function filterSide(side: Side, filter: FindingFilter): Side {
  if (filterFlags(filter).length === 0) return side;
  const { ignoreSuppressed } = filter;
  const findings = filterFindings(side.vulnerabilities.findings, { ...filter, ignoreSuppressed: false });
  const { policy, unfixed } = side.vulnerabilities.counts;
  const counts = countFindings(findings, { policy, unfixedKnown: unfixed !== null });
  return {
    ...side,
    sbom: { ...side.sbom, packages: side.sbom.packages.filter((item) => passes(item, filter)) },
    vulnerabilities: {
      ...side.vulnerabilities,
      findings,
      counts: ignoreSuppressed ? { ...counts, suppressed: 0 } : counts,
    },
  };
}

function passes({ type, name, purl, fromBase }: SbomPackage, { types, packages, base }: FindingFilter): boolean {
  if (types.length > 0 && !types.includes(type)) return false;
  if (base !== null && (fromBase === true) !== (base === "only")) return false;
  return packages.length === 0 || packages.some((pattern) => pattern.test(name) || pattern.test(purl));
}
