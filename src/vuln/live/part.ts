import type { Cache } from "../../cache/cache.ts";
import { CodedError } from "../../error.ts";
import { VulnError } from "../error.ts";
import { type GoodCopy, goodCopy } from "./copies.ts";
import type { LiveFeed } from "./feeds.ts";

/**
 * What became of a feed: `new` or `unchanged` content; `kept`: the copy of an earlier update, as it could not be had or used
 * now; `missing`: neither.
 */
export type FeedOutcome = "new" | "unchanged" | "kept" | "missing";

/** One feed on its way into the index. */
export interface Part {
  readonly feed: LiveFeed;
  /** What messages and the index call its file: its address, fit to be shown. */
  readonly name: string;
  readonly outcome: FeedOutcome;
  /** null where it is missing. */
  readonly copy: GoodCopy | null;
  /** Why it is kept or missing; else null. */
  readonly reason: string | null;
}

/** Why a feed cannot be taken as it is now. */
export interface Failure {
  readonly why: string;
  readonly cause: unknown;
  readonly cache: Cache;
  /** Whether nothing may take its place. */
  readonly strict: boolean;
}

/**
 * The last good copy of a feed in place of what cannot be had or used, or none of an optional feed. Throws VULN_LIVE_FAILED
 * without either.
 */
export async function fallBack({ feed, name }: Pick<Part, "feed" | "name">, failure: Failure): Promise<Part> {
  const { why, cause, cache, strict } = failure;
  const copy = strict ? null : await wholeCopy(feed, cache);
  if (copy !== null) return { feed, name, outcome: "kept", copy, reason: why };
  if (feed.optional && !strict) return { feed, name, outcome: "missing", copy: null, reason: why };
  throw new VulnError("VULN_LIVE_FAILED", why, {
    hint: `try again later, leave it out with --skip ${feed.name}, or import feeds from disk; the old index is unchanged`,
    cause,
  });
}

async function wholeCopy(feed: LiveFeed, cache: Cache): Promise<GoodCopy | null> {
  const copy = await goodCopy(feed.name, cache);
  try {
    if (copy !== null) await cache.check(copy.sha256);
    return copy;
  } catch (cause) {
    if (cause instanceof CodedError && cause.code === "CACHE_CORRUPT") return null;
    throw cause;
  }
}
