import type { ImageIdentity, PackageIdentity } from "../../sbom/model.ts";
import type { AdvisorySource, VulnerabilityCounts } from "../model.ts";

/**
 * `hardened`: an image of the catalogue in place of the base. `refresh`: the same tag of the base as it is now. `update`:
 * another tag of the base. `packages`: newer versions of packages, the base as it is.
 */
export type RecommendationKind = "hardened" | "refresh" | "update" | "packages";

/** A package and the version that mends `mends` vulnerabilities of it. */
export interface PackageUpdate {
  readonly package: PackageIdentity;
  readonly to: string;
  readonly mends: number;
}

/** Something that can be done, and what it would change. */
export interface Recommendation {
  readonly kind: RecommendationKind;
  /** The image to build on; null for updates of packages. */
  readonly reference: string | null;
  readonly digest: string | null;
  /** What to do, in a sentence. */
  readonly text: string;
  /** Vulnerabilities, each in each source package, that would be gone and that would come. */
  readonly removes: number;
  readonly adds: number;
  /** What would be counted afterwards. */
  readonly vulnerabilities: VulnerabilityCounts;
  /** Packages there would be; null where that is not known. */
  readonly packages: number | null;
  /** Bytes as pulled, of the image in place of the base; null where that is not known. */
  readonly size: number | null;
  readonly updates: readonly PackageUpdate[];
  readonly notes: readonly string[];
}

/** Something that could not be looked at, and why. */
export interface NotConsidered {
  readonly kind: RecommendationKind;
  readonly reference: string | null;
  readonly reason: string;
}

/** What an image is built on, and how that is known. */
export interface KnownBase {
  readonly reference: string;
  readonly digest: string | null;
  readonly namedBy: "label" | "annotation" | "user" | "the image itself";
}

/** What would remove how much: the JSON of `hardpan recommendations`. Those that remove most come first. */
export interface Recommendations {
  readonly schema: "hardpan/recommendations/1";
  readonly image: ImageIdentity;
  readonly base: KnownBase | null;
  readonly policy: string;
  readonly advisories: readonly AdvisorySource[];
  readonly vulnerabilities: VulnerabilityCounts;
  readonly packages: number;
  /** Bytes as pulled; null where it is no image. */
  readonly size: number | null;
  readonly recommendations: readonly Recommendation[];
  readonly notConsidered: readonly NotConsidered[];
}
