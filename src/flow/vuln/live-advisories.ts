import { existsSync } from "node:fs";
import { CodedError } from "../../error.ts";
import { defaultIndexPath } from "../../vuln/index/place.ts";
import { debianTrackerFeed, type LiveFeed } from "../../vuln/live/feeds.ts";
import { updateAdvisories } from "../../vuln/live/update.ts";
import { withIndexLock } from "../../vuln/lock.ts";
import type { Ports } from "../ports.ts";

const hour = 60 * 60 * 1000;
const failureKind = "live-advisories";

/**
 * Fetches Debian's security tracker where there are no advisories yet, so that a first answer has counts. Where it cannot
 * be reached the work goes on without, and it is not tried again for an hour.
 */
export async function fetchFirstAdvisories(ports: Ports, feed: LiveFeed = debianTrackerFeed): Promise<void> {
  const { cache, offline, advisories, impatientHttp: http, signal, report } = ports;
  const path = await defaultIndexPath(cache);
  if (offline || advisories !== null || existsSync(path) || (await failedLately(feed, ports))) return;
  report.step(`fetching ${feed.title}`);
  try {
    await withIndexLock(path, { signal }, async () => {
      // Whoever was at work may have made one in the meantime.
      if (existsSync(path)) return;
      await updateAdvisories(path, {
        ...{ now: ports.now(), http, cache, signal, feeds: [feed] },
        ...(ports.feedAddresses && { addresses: ports.feedAddresses }),
        downloadProgress: ({ received, total }) => report.advance(received, total ?? received),
      });
    });
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    await cache.writeRecord(failureKind, feed.url, { at: ports.now().getTime() });
    report.note(`${feed.title} cannot be reached; going on with what the archive itself says`);
  }
}

async function failedLately(feed: LiveFeed, { cache, now }: Ports): Promise<boolean> {
  const record = await cache.record(failureKind, feed.url);
  const at = typeof record === "object" && record !== null && "at" in record ? Number(record.at) : 0;
  return now().getTime() - at < hour;
}
