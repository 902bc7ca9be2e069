import type { Comparison } from "../comparison.ts";

/** All that the report of `hardpan trial` says of one service. The renderers take it as it is and ask nothing else. */
export interface TrialReport {
  readonly service: string;
  /** ISO 8601. */
  readonly created: string;
  readonly dockerfile: {
    readonly path: string;
    /** The base image as the Dockerfile resolves to it. */
    readonly base: string;
    /** The line its FROM stands on. */
    readonly line: number;
  };
  /** What the base was measured with. `kind` says whether it is the image itself. */
  readonly conventional: {
    readonly kind: "reconstruction" | "image";
    readonly reference: string;
    /** ISO date of the archive it was reconstructed from; null for a real image. */
    readonly date: string | null;
  };
  readonly hardened: {
    readonly reference: string;
    readonly catalog: string;
    readonly digest: string;
    readonly platform: string;
  };
  readonly migration: TrialMigration;
  /** Baseline is the conventional image, analysed the hardened one. */
  readonly compare: Comparison;
  /** Where parts come from that are not Debian's, in sentences. */
  readonly origins: readonly string[];
  /** The conventional image as last released, without updates: shown apart, never in headlines. */
  readonly unpatched: UnpatchedFigures | null;
  readonly files: readonly TrialFile[];
}

/** Whether the base could be swapped; the same data as `swapBase` returns, and the file written. */
export type TrialMigration =
  | {
      readonly kind: "swapped";
      /** Path of the migrated Dockerfile. */
      readonly file: string;
      readonly edits: readonly TrialEdit[];
      readonly checks: readonly { readonly line: number; readonly text: string }[];
    }
  | { readonly kind: "refused"; readonly reasons: readonly TrialRefusal[] };

/** A change to the Dockerfile. */
export interface TrialEdit {
  readonly line: number;
  readonly column: number;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** A line that keeps FROM from being swapped alone. */
export interface TrialRefusal {
  readonly line: number;
  readonly column: number;
  readonly instruction: string;
  readonly reason: string;
  readonly rule: string;
}

/** Figures of an image that is not in the comparison. */
export interface UnpatchedFigures {
  readonly reference: string;
  readonly notes: readonly string[];
  readonly packages: number;
  readonly size: { readonly compressed: number; readonly unpacked: number };
  readonly vulnerabilities: number;
  readonly fixable: number;
}

/** A file the trial wrote. */
export interface TrialFile {
  readonly path: string;
  readonly description: string;
}
