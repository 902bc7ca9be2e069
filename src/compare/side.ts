import type { Facts } from "../facts/model.ts";
import type { Sbom } from "../sbom/model.ts";
import type { MatchResult } from "../vuln/model.ts";

/** All that is known of one of the two images. */
export interface Side {
  readonly sbom: Sbom;
  readonly facts: Facts;
  readonly vulnerabilities: MatchResult;
  /** The tag it was asked for by; null where that was something else. */
  readonly tag: string | null;
  /** What a reader must know of it: `reconstruction of node:24-bookworm-slim, 2026-11-23`. */
  readonly notes: readonly string[];
}

/** The two images: `analysed` is the one asked about, `baseline` what it is held against. */
export interface Sides {
  readonly analysed: Side;
  readonly baseline: Side;
}
