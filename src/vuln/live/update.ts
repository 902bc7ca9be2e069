import type { Cache } from "../../cache/cache.ts";
import { CodedError } from "../../error.ts";
import type { Http } from "../../http/fetch.ts";
import type { DownloadProgress } from "../../http/receive.ts";
import { networkCode } from "../../http/retry.ts";
import type { ImportedFile, ImportOptions, ImportReport } from "../import.ts";
import { addressOf, type FeedAddresses, publishersAddresses, shownAddress } from "./addresses.ts";
import { assembleIndex } from "./assemble.ts";
import { keepCopy } from "./copies.ts";
import { type LiveFeed, liveFeeds } from "./feeds.ts";
import { fetchFeed } from "./fetch.ts";
import { type FeedOutcome, fallBack, type Part } from "./part.ts";

/** What an update works with. */
export interface LiveOptions extends Omit<ImportOptions, "accept"> {
  readonly http: Http;
  readonly cache: Cache;
  /** What the index is to be made of; default `liveFeeds`. */
  readonly feeds?: readonly LiveFeed[];
  /** Default the publishers' own. */
  readonly addresses?: FeedAddresses;
  /** Whether to fail rather than to go on with an older copy of a feed, or without one. */
  readonly strict?: boolean;
  readonly downloadProgress?: (progress: DownloadProgress) => void;
}

/**
 * What became of one feed. Times are ISO 8601: `asOf` when its publisher changed it, as far as it says; `checked` when the
 * publisher last said that this is what it has. `reason`: why it is kept or missing, else null.
 */
export interface UpdatedFeed {
  readonly feed: LiveFeed;
  readonly outcome: FeedOutcome;
  readonly asOf: string | null;
  readonly checked: string | null;
  readonly reason: string | null;
}

/** What an update did. */
export interface UpdateReport extends ImportReport {
  readonly feeds: readonly UpdatedFeed[];
}

/**
 * Fetches the feeds, each only when it has changed, and builds the index `into` from them. Where one cannot be had, or is not
 * what it should be, the copy that went into an index last takes its place. Throws VULN_LIVE_FAILED, naming the feed, where
 * there is none either and the feed is not optional, and for any such feed with `strict`; and VULN_NOTHING_TO_IMPORT,
 * VULN_INDEX_UNWRITABLE, CACHE_UNWRITABLE or the signal's reason. The old index is then unchanged.
 */
export async function updateAdvisories(into: string, options: LiveOptions): Promise<UpdateReport> {
  const unreachable = new Map<string, CodedError>();
  const obtained: Part[] = [];
  for (const feed of options.feeds ?? liveFeeds) obtained.push(await obtain(feed, { options, unreachable }));
  const { parts, report } = await assembleIndex(obtained, into, { ...options, strict: options.strict ?? false });
  for (const { feed, name, copy } of parts) {
    if (copy !== null) await keepCopy(feed.name, { ...copy, records: recordsOf(name, report.files) }, options.cache);
  }
  return { ...report, feeds: parts.map(updatedFeed) };
}

function updatedFeed({ feed, outcome, copy, reason }: Part): UpdatedFeed {
  return { feed, outcome, asOf: copy?.asOf ?? null, checked: copy?.checked ?? null, reason };
}

/** What a feed's server has now, else what takes its place. A server that did not answer is not asked a second time. */
async function obtain(
  feed: LiveFeed,
  context: { readonly options: LiveOptions; readonly unreachable: Map<string, CodedError> },
): Promise<Part> {
  const { options, unreachable } = context;
  const { http, cache, signal, downloadProgress, strict = false, addresses = publishersAddresses } = options;
  const { url } = addressOf(feed, addresses);
  const host = URL.parse(url)?.host ?? "";
  const name = shownAddress(feed, url);
  try {
    const known = unreachable.get(host);
    if (known !== undefined) throw known;
    const ports = { http, cache, ...(signal && { signal }), ...(downloadProgress && { progress: downloadProgress }) };
    const { sha256, asOf, unchanged } = await fetchFeed(feed, addresses, ports);
    const copy = { sha256, asOf, checked: options.now.toISOString(), records: 0 };
    return { feed, name, outcome: unchanged ? "unchanged" : "new", copy, reason: null };
  } catch (cause) {
    signal?.throwIfAborted();
    if (!(cause instanceof CodedError) || cause.code === "CACHE_UNWRITABLE") throw cause;
    if (isUnreachable(cause)) unreachable.set(host, cause);
    const why = `cannot fetch ${feed.title}: ${cause.message}`;
    return await fallBack({ feed, name }, { why, cause, cache, strict });
  }
}

function isUnreachable(cause: CodedError): boolean {
  const code = networkCode(cause.cause);
  return code !== null && /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|E(HOST|NET)UNREACH|.*CONNECT_TIMEOUT)$/.test(code);
}

function recordsOf(name: string, files: readonly ImportedFile[]): number {
  const found = files.find((one) => one.file === name);
  return found?.outcome === "imported" ? found.records : 0;
}
