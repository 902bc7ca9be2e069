import type { BaseImage, ImageIdentity, PackageIdentity } from "../sbom/model.ts";
import type { AdvisorySource, Finding, VulnerabilityCounts } from "../vuln/model.ts";

/** Two images side by side: the JSON of `hardpan compare`. What is not known is null. */
export interface Comparison {
  readonly schema: "hardpan/compare/1";
  readonly baseline: ComparedImage;
  readonly analysed: ComparedImage;
  readonly changes: {
    readonly packages: PackageChanges;
    readonly vulnerabilities: VulnerabilityChanges;
    readonly environment: SettingChanges;
    readonly labels: SettingChanges;
  };
  /** What packages and findings were narrowed to, as flags: `--only-severity critical,high`; empty for all. */
  readonly filters: readonly string[];
  /** Name of the policy that says which records count. */
  readonly policy: string;
  readonly advisories: readonly AdvisorySource[];
}

/** Comparisons with one baseline, one at least. */
export type Comparisons = readonly [Comparison, ...Comparison[]];

/** Several images against one: the JSON of `hardpan compare` with more than one image before `--to`. */
export interface ManyComparisons {
  readonly schema: "hardpan/compare-many/1";
  readonly baseline: ComparedImage;
  /** In the order they were named. */
  readonly analysed: readonly Comparison[];
}

/** One of the two images. Sizes are bytes: `compressed` as pulled, `unpacked` on disk. */
export interface ComparedImage extends ImageIdentity {
  /** The tag it was asked for by; null where that was something else. */
  readonly tag: string | null;
  /** Where its labels say that it comes from; null where they do not. */
  readonly provenance: Provenance | null;
  /** The image it is made from; null where nothing proves one. */
  readonly base: BaseImage | null;
  /** What a reader must know of it, such as that it is a reconstruction, and of which day. */
  readonly notes: readonly string[];
  readonly size: { readonly compressed: number; readonly unpacked: number };
  readonly packages: { readonly total: number; readonly byType: Readonly<Record<string, number>> };
  readonly vulnerabilities: VulnerabilityCounts;
  readonly user: string;
  readonly shells: readonly string[];
  readonly packageManagers: readonly string[];
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly ports: readonly string[];
}

/** Labels of an image's source (OCI image-spec, annotations.md): `source` and `revision`. At least one is known. */
export interface Provenance {
  readonly repository: string | null;
  readonly revision: string | null;
}

/** From baseline to analysed image: baseline total − removed + added = analysed total. */
export interface PackageChanges {
  readonly removed: readonly PackageIdentity[];
  readonly added: readonly PackageIdentity[];
  readonly changed: readonly ChangedPackage[];
  /** How many are the same in both. */
  readonly unchanged: number;
}

/** Whether a version is newer, older or, written differently, the same in the order of its ecosystem. */
export type Direction = "up" | "down" | "same";

/** A package of both images in different versions: as the analysed image has it, and the version the baseline has. */
export interface ChangedPackage {
  readonly package: PackageIdentity;
  readonly from: string;
  readonly direction: Direction;
}

/** From baseline to analysed image, suppressed findings left out. */
export interface VulnerabilityChanges {
  readonly removed: readonly RemovedFinding[];
  readonly added: readonly Finding[];
  /** Those of both, as the analysed image has them; empty where they are not asked for. */
  readonly unchanged: readonly Finding[];
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

/** Settings with a name and a value, sorted by name. */
export interface SettingChanges {
  readonly removed: readonly Setting[];
  readonly added: readonly Setting[];
  readonly changed: readonly ChangedSetting[];
}

/** An environment variable or a label. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** One that both images have, with different values. */
export interface ChangedSetting {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}
