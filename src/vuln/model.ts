import type { BaseImage, Distribution, ImageIdentity, PackageIdentity } from "../sbom/model.ts";

/** Severities as the product counts them, worst first. */
export const severities = ["critical", "high", "medium", "low", "negligible", "unspecified"] as const;
/** One of `severities`. */
export type Severity = (typeof severities)[number];

/**
 * `fixed`: a newer version mends it and can be had. The others are unfixed: `affected` (no fix, or none that is released),
 * `wont-fix` (the distribution ignores it), `deferred` (postponed) and `end-of-life` (the package gets no more fixes).
 */
export type FindingState = "fixed" | "affected" | "wont-fix" | "deferred" | "end-of-life";

/** What the distribution's security team decided about an issue without a fix, in its own words. */
export type Triage = "no-dsa" | "postponed" | "ignored" | "end-of-life";

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
  /** null where the distribution decided nothing, or there is none. */
  readonly triage: Triage | null;
  /** First version of the source package that mends it; null when there is none. */
  readonly fixedVersion: string | null;
  /** Every rating that a record has, each with its source. */
  readonly cvss: readonly CvssRating[];
  /** How probable it is that it will be exploited in the next 30 days (FIRST EPSS); null when not known. */
  readonly epss: EpssScore | null;
  /** What CISA's catalogue of known exploited vulnerabilities says; null when it is not in there. */
  readonly kev: KnownExploited | null;
  /** In one sentence; null where no record has one. */
  readonly summary: string | null;
  /** The records it rests on. `asOf` is the ISO date of the data. */
  readonly records: readonly { readonly source: string; readonly id: string; readonly asOf: string }[];
  /** Name of the matching rule, explained in docs. */
  readonly rule: string;
  /** Who said it does not matter and why; null when it counts. */
  readonly suppressed: Suppression | null;
  /** What VEX documents say of it, newest first, whether or not that counts. */
  readonly statements: readonly AppliedStatement[];
  /** Where in the image the package is, without leading slash. */
  readonly locations: readonly string[];
  /** Whether the package is as the base image has it; null where no base image is known. */
  readonly fromBase: boolean | null;
}

/** A CVSS vector, its base score and who rated so. */
export interface CvssRating {
  readonly source: string;
  /** `2.0`, `3.0`, `3.1` or `4.0`. */
  readonly version: string;
  readonly vector: string;
  /** 0.0 to 10.0; null where it cannot be computed. */
  readonly score: number | null;
}

/** Both from 0 to 1. `asOf` is the ISO date of the data. */
export interface EpssScore {
  readonly score: number;
  readonly percentile: number;
  readonly asOf: string;
}

/** An entry of CISA's catalogue of known exploited vulnerabilities. Dates are ISO dates. */
export interface KnownExploited {
  readonly added: string;
  readonly due: string | null;
  /** Whether it is known to be used in ransomware campaigns. */
  readonly ransomware: boolean;
}

/** Why a finding does not count. */
export interface Suppression {
  /** Who said so: the author of a VEX document. */
  readonly by: string;
  readonly status: string;
  readonly justification: string | null;
  /** In the author's words. */
  readonly statement: string | null;
}

/**
 * `trusted`: the user named the document, or its signature verifies with a key the user named. `claimed, not trusted`: it
 * came with what was scanned and nobody vouches for it. `other author`: the user asked for other authors. `base only`: it
 * is of the base image, and the package is not as the base image has it.
 */
export type StatementTrust = "trusted" | "claimed, not trusted" | "other author" | "base only";

/** A VEX statement that is about a finding. */
export interface AppliedStatement {
  readonly by: string;
  readonly status: "not_affected" | "affected" | "fixed" | "under_investigation";
  readonly justification: string | null;
  readonly statement: string | null;
  /** ISO 8601; null where neither the statement nor its document says one. */
  readonly timestamp: string | null;
  /** Where the document is: a file, an attestation's digest, a feed. */
  readonly source: string;
  readonly trust: StatementTrust;
}

/** How old and how large each source of advisories is. */
export interface AdvisorySource {
  readonly source: string;
  /** ISO date of the newest data. */
  readonly asOf: string;
  /** ISO 8601: when its publisher last said that this is what it has; absent where that is not known. */
  readonly checked?: string | undefined;
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
  /** Unfixed ones that the distribution calls too minor for an advisory; null as `unfixed`. */
  readonly noDsa: number | null;
  readonly suppressed: number;
  readonly policy: string;
}

/** Something a policy leaves out or sees otherwise, and how many findings that concerns. */
export interface PolicyEffect {
  /** Name of the policy's rule, explained in docs. */
  readonly rule: string;
  readonly text: string;
  readonly findings: number;
}

/** The outcome of matching one image. */
export interface MatchResult {
  /** Those that the policy lets count, worst first; suppressed ones too. */
  readonly findings: readonly Finding[];
  /** What the policy leaves out or sees otherwise; empty for `all`. */
  readonly effects: readonly PolicyEffect[];
  readonly counts: VulnerabilityCounts;
  readonly advisories: readonly AdvisorySource[];
  /** Packages of a matched type that no source speaks of, with the reason. */
  readonly notMatched: readonly UnmatchedPackage[];
}

/** A package that was not matched, and why. */
export interface UnmatchedPackage {
  readonly package: PackageIdentity;
  readonly reason: string;
}

/** What is wrong with one image: the JSON of `hardpan cves`. */
export interface CvesReport {
  readonly schema: "hardpan/cves/1";
  readonly image: ImageIdentity;
  readonly distribution: Distribution | null;
  /** Name of the policy: `all`, `scout`, `grype` or `trivy`. */
  readonly policy: string;
  readonly policyEffects: readonly PolicyEffect[];
  /** What the findings were narrowed to, as flags: `--only-severity critical,high`; empty for all. */
  readonly filters: readonly string[];
  readonly advisories: readonly AdvisorySource[];
  readonly findings: readonly Finding[];
  readonly vulnerabilities: VulnerabilityCounts;
  readonly packages: {
    readonly total: number;
    /** Those of the image that nothing is known of, with the reason. */
    readonly notMatched: readonly UnmatchedPackage[];
  };
  readonly base: BaseImage | null;
  readonly notes: readonly string[];
}
