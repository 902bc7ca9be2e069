import type { ImageIdentity, PackageIdentity } from "../sbom/model.ts";
import type { AdvisorySource, Finding, VulnerabilityCounts } from "../vuln/model.ts";

/** Two images side by side: the JSON of `hardpan compare`. What is not known is null. */
export interface Comparison {
  readonly schema: "hardpan/compare/1";
  readonly baseline: ComparedImage;
  readonly analysed: ComparedImage;
  readonly changes: {
    readonly packages: PackageChanges;
    readonly vulnerabilities: VulnerabilityChanges;
  };
  readonly advisories: readonly AdvisorySource[];
}

/** One of the two images. Sizes are bytes: `compressed` as pulled, `unpacked` on disk. */
export interface ComparedImage extends ImageIdentity {
  /** What a reader must know of it, such as that it is a reconstruction, and of which day. */
  readonly notes: readonly string[];
  readonly size: { readonly compressed: number; readonly unpacked: number };
  readonly packages: { readonly total: number; readonly byType: Readonly<Record<string, number>> };
  readonly vulnerabilities: VulnerabilityCounts;
  readonly user: string;
  readonly shells: readonly string[];
  readonly packageManagers: readonly string[];
  readonly environment: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly ports: readonly string[];
}

/** From baseline to analysed image: baseline total − removed + added = analysed total. */
export interface PackageChanges {
  readonly removed: readonly PackageIdentity[];
  readonly added: readonly PackageIdentity[];
  /** The package as the analysed image has it, and the version the baseline has. */
  readonly changed: readonly { readonly package: PackageIdentity; readonly from: string }[];
}

/** From baseline to analysed image, suppressed findings left out. */
export interface VulnerabilityChanges {
  readonly removed: readonly RemovedFinding[];
  readonly added: readonly Finding[];
}

/** A finding the analysed image does not have, and why. */
export interface RemovedFinding extends Finding {
  readonly explanation: Explanation;
}

/** `not-affected`: the same version is there, but no record applies to it in this distribution. */
export type ExplanationKind = "package-removed" | "version-changed" | "suppressed" | "not-affected";

/** Why a finding is gone, as data and as a sentence. */
export interface Explanation {
  readonly kind: ExplanationKind;
  readonly text: string;
  /** Name of the package the explanation is about. */
  readonly package: string;
  /** Its version in the baseline. */
  readonly from: string;
  /** Its version in the analysed image; null when it is gone. */
  readonly version: string | null;
  /** First version of the source package that mends it; null when there is none. */
  readonly fixedVersion: string | null;
}
