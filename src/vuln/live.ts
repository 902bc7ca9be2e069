import type { Cache } from "../cache/cache.ts";
import { CodedError } from "../error.ts";
import { fetchCurrent } from "../http/conditional.ts";
import type { DownloadProgress } from "../http/download.ts";
import type { Http } from "../http/fetch.ts";
import { VulnError } from "./error.ts";
import { type AdvisoryPath, type ImportOptions, type ImportReport, importAdvisories } from "./import.ts";

/** A feed that its publisher keeps up to date. */
export interface LiveFeed {
  readonly name: string;
  readonly url: string;
  /** Largest size in bytes. */
  readonly maxBytes: number;
}

/** The Debian security tracker's state of every source package. */
export const debianTrackerFeed: LiveFeed = {
  name: "Debian security tracker",
  url: "https://security-tracker.debian.org/tracker/data/json",
  maxBytes: 512 * 1024 * 1024,
};

/** OSV's export of one ecosystem, such as `Debian` or `npm`: a zip archive of records. */
export function osvFeed(ecosystem: string): LiveFeed {
  return {
    name: `OSV ${ecosystem}`,
    url: `https://osv-vulnerabilities.storage.googleapis.com/${encodeURIComponent(ecosystem)}/all.zip`,
    maxBytes: 1024 ** 3,
  };
}

/** What is fetched unless told otherwise. */
export const liveFeeds: readonly LiveFeed[] = [debianTrackerFeed, osvFeed("Debian"), osvFeed("npm")];

/** What an update works with. */
export interface LiveOptions extends ImportOptions {
  readonly http: Http;
  readonly cache: Cache;
  /** Default `liveFeeds`. */
  readonly feeds?: readonly LiveFeed[];
  readonly downloadProgress?: (progress: DownloadProgress) => void;
}

/** What became of one feed. `asOf` is the server's Last-Modified in ISO 8601, null when it gave none. */
export interface FetchedFeed {
  readonly feed: LiveFeed;
  readonly path: string;
  readonly unchanged: boolean;
  readonly asOf: string | null;
}

/**
 * Fetches the feeds, each only when it has changed, and builds the index `into` from them. Throws VULN_LIVE_FAILED, naming
 * the feed, when one cannot be fetched, and what `importAdvisories` throws; the old index is then unchanged.
 */
export async function updateAdvisories(
  into: string,
  options: LiveOptions,
): Promise<{ readonly feeds: readonly FetchedFeed[]; readonly report: ImportReport }> {
  const feeds: FetchedFeed[] = [];
  for (const feed of options.feeds ?? liveFeeds) feeds.push(await fetchFeed(feed, options));
  const paths: AdvisoryPath[] = feeds.map(({ feed, path, asOf }) => ({
    path,
    name: feed.url,
    ...(asOf === null ? {} : { asOf }),
  }));
  return { feeds, report: await importAdvisories(paths, into, options) };
}

async function fetchFeed(feed: LiveFeed, options: LiveOptions): Promise<FetchedFeed> {
  const { http, cache, signal, downloadProgress } = options;
  const ports = { http, cache, ...(signal && { signal }), ...(downloadProgress && { progress: downloadProgress }) };
  try {
    const current = await fetchCurrent(feed, ports);
    const path = await cache.path(current.sha256);
    if (path === null) throw new VulnError("VULN_LIVE_FAILED", `${feed.name} is no longer in the cache`);
    return { feed, path, unchanged: current.unchanged, asOf: isoDate(current.lastModified) };
  } catch (cause) {
    signal?.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    throw new VulnError("VULN_LIVE_FAILED", `cannot fetch ${feed.name}: ${cause.message}`, {
      hint: "try again later, or import feeds from disk with `hardpan db import FOLDER`; the old index is unchanged",
      cause,
    });
  }
}

function isoDate(httpDate: string | null): string | null {
  const time = Date.parse(httpDate ?? "");
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
