import type { ImageIdentity, PackageIdentity } from "../../sbom/model.ts";
import type { AdvisorySource, Finding } from "../model.ts";

/** One step of a decision: what was looked at, and what came of it. */
export interface Step {
  readonly step:
    | "package"
    | "release"
    | "data"
    | "record"
    | "comparison"
    | "released"
    | "changelog"
    | "state"
    | "severity"
    | "priority"
    | "vex"
    | "policy"
    | "result";
  readonly text: string;
}

/** `counts` and the reasons why it does not. `not matched`: nothing is known of packages of this kind. */
export type Verdict = "counts" | "suppressed" | "left out" | "not affected" | "undetermined" | "not matched";

/** What was decided about a vulnerability in one package, and every step of it. */
export interface ExplainedPackage {
  readonly package: PackageIdentity;
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
  /** As it is counted, or was before the policy left it out; null where the package is not affected. */
  readonly finding: Finding | null;
}

/** Everything that was decided about one vulnerability: the JSON of `hardpan cves --explain`. */
export interface Explanation {
  readonly schema: "hardpan/explain/1";
  readonly image: ImageIdentity;
  readonly vulnerability: string;
  readonly policy: string;
  readonly advisories: readonly AdvisorySource[];
  /** Packages of which some record speaks; empty where none does. */
  readonly packages: readonly ExplainedPackage[];
}
