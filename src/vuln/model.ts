import type { PackageIdentity } from "../sbom/model.ts";

/** Severities as the product counts them, worst first. */
export const severities = ["critical", "high", "medium", "low", "negligible", "unspecified"] as const;
/** One of `severities`. */
export type Severity = (typeof severities)[number];

/** `fixed`: a newer version in the release mends it. The others are unfixed, with what the distribution says of it. */
export type FindingState = "fixed" | "affected" | "no-dsa" | "postponed" | "wont-fix" | "end-of-life";

/** One package of an image that one vulnerability affects, with the reason as data. */
export interface Finding {
  /** CVE id where there is exactly one, else the advisory's own id. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: PackageIdentity;
  readonly severity: Severity;
  /** Which source gave the severity; null when unspecified. */
  readonly severitySource: string | null;
  readonly state: FindingState;
  /** First version of the source package that mends it; null when there is none. */
  readonly fixedVersion: string | null;
  /** The records it rests on. `asOf` is the ISO date of the data. */
  readonly records: readonly { readonly source: string; readonly id: string; readonly asOf: string }[];
  /** Name of the matching rule, explained in docs. */
  readonly rule: string;
  /** Who said it does not matter and why; null when it counts. */
  readonly suppressed: Suppression | null;
}

/** Why a finding does not count. */
export interface Suppression {
  readonly by: string;
  readonly status: string;
  readonly justification: string | null;
  readonly statement: string | null;
}

/** How old and how large each source of advisories is. */
export interface AdvisorySource {
  readonly source: string;
  /** ISO date of the newest data. */
  readonly asOf: string;
  readonly records: number;
  /** Whether this source knows of vulnerabilities that have no fix yet. */
  readonly knowsUnfixed: boolean;
}

/**
 * Counts of findings. Severity counts and `total` include fixable and unfixed ones; `suppressed` is apart.
 * `unfixed` is null where no source knows unfixed issues: unknown, never 0.
 */
export interface VulnerabilityCounts {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly negligible: number;
  readonly unspecified: number;
  readonly total: number;
  readonly fixable: number;
  readonly unfixed: number | null;
  readonly suppressed: number;
  readonly policy: string;
}

/** The outcome of matching one image. */
export interface MatchResult {
  readonly findings: readonly Finding[];
  readonly counts: VulnerabilityCounts;
  readonly advisories: readonly AdvisorySource[];
  /** Packages of a matched type that no source speaks of, with the reason; always present in what `match` returns. */
  readonly notMatched?: readonly UnmatchedPackage[];
}

/** A package that was not matched, and why. */
export interface UnmatchedPackage {
  readonly package: PackageIdentity;
  readonly reason: string;
}
