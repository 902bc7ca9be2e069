import type { ImageIdentity } from "../../sbom/model.ts";
import type { AdvisorySource, VulnerabilityCounts } from "../model.ts";
import type { FindingDifference } from "./difference.ts";
import type { ChangedSource, ScanCause } from "./reason.ts";

/** What `hardpan watch` tells, one JSON line each: docs/schema/watch.schema.json. */
export type WatchEvent = WatchChange | WatchFailure | WatchPlan | WatchRound;

/** What a watch event begins with. */
interface Beginning<Name extends string> {
  readonly schema: "hardpan/watch/1";
  readonly event: Name;
  /** ISO 8601. */
  readonly at: string;
}

/** A reference was scanned for the first time, stands for another image, or has other findings than before. */
export interface WatchChange extends Beginning<"change">, FindingDifference {
  /** The same for every try to tell of this change. */
  readonly id: string;
  readonly reference: string;
  readonly reasons: readonly WatchReason[];
  readonly image: ImageIdentity;
  readonly policy: string;
  /** What findings were narrowed to, as flags. */
  readonly filters: readonly string[];
  readonly advisories: readonly AdvisorySource[];
  readonly vulnerabilities: VulnerabilityCounts;
  /** As they were at the scan before; null at the first. */
  readonly previous: VulnerabilityCounts | null;
}

/** Why a reference was scanned. `first`: nothing was known of it, so all that is found is new. */
export type WatchReason =
  | { readonly kind: "first" }
  | { readonly kind: "digest"; readonly before: string | null; readonly after: string | null }
  | { readonly kind: "data"; readonly sources: readonly ChangedSource[] }
  | { readonly kind: "vex" }
  | { readonly kind: "day" };

/** Something that could not be done; it is tried again. */
export interface WatchFailure extends Beginning<"failure"> {
  /** null where it does not concern one reference. */
  readonly reference: string | null;
  readonly what: "scan" | "list" | "update" | "advisories" | "webhook";
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** How often in a row it has failed. */
  readonly failures: number;
  /** ISO 8601: it is not tried before. */
  readonly retryAt: string;
}

/** What would be scanned, of `--dry-run`; no reason means that nothing has changed. */
export interface WatchPlan extends Beginning<"plan"> {
  readonly reference: string;
  readonly reasons: readonly ScanCause[];
}

/** The end of a round, with how many references came to what. */
export interface WatchRound extends Beginning<"round">, RoundCounts {}

/** How many references came to what in a round. */
export interface RoundCounts {
  readonly references: number;
  readonly scanned: number;
  readonly unchanged: number;
  /** Lists of tags and an update of the advisories count too. */
  readonly failed: number;
  /** Those that failed lately and are left alone for a while. */
  readonly waiting: number;
  /** New findings that count, of all references. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}
