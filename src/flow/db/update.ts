import { daysOld } from "../../vuln/age.ts";
import { type FeedAddresses, publishersAddresses } from "../../vuln/live/addresses.ts";
import { chooseFeeds, type FeedChoice, requireFeed } from "../../vuln/live/feeds.ts";
import { type UpdatedFeed, type UpdateReport, updateAdvisories } from "../../vuln/live/update.ts";
import type { Ports } from "../ports.ts";
import { importOptions, withLocalIndex } from "./local-index.ts";

/** What to update. */
export interface UpdateRequest extends FeedChoice {
  /** Whether to fail when any feed cannot be had as it is now. */
  readonly strict: boolean;
}

/**
 * Fetches the chosen feeds, each only when it has changed, and builds the index of them alone. What had to be replaced by an
 * older copy, or left out, is said in notes. Throws VULN_FEED_UNKNOWN and what `updateAdvisories` throws.
 */
export async function updateFeeds(request: UpdateRequest, ports: Ports): Promise<UpdateReport> {
  const { http, cache, report } = ports;
  const feeds = chooseFeeds(request);
  const addresses = checkedAddresses(ports);
  const update = await withLocalIndex(ports, async (path) => {
    return await updateAdvisories(path, {
      ...{ ...importOptions(ports), http, cache, feeds, addresses, strict: request.strict },
      downloadProgress({ name, received, total }) {
        report.step(`fetching ${name}`);
        report.advance(received, total ?? received);
      },
    });
  });
  for (const feed of update.feeds) if (feed.reason !== null) report.note(warningOf(feed, ports.now()));
  return update;
}

/** Where feeds are fetched from. Throws VULN_FEED_UNKNOWN for an address of a feed that does not exist. */
export function checkedAddresses({ feedAddresses = publishersAddresses }: Ports): FeedAddresses {
  for (const name of Object.keys(feedAddresses.replaced)) requireFeed(name);
  return feedAddresses;
}

function warningOf(updated: UpdatedFeed, now: Date): string {
  const { feed, outcome, checked, reason } = updated;
  if (outcome === "missing") return `warning: ${feed.name} is left out: ${reason}`;
  const days = checked === null ? null : daysOld({ source: feed.name, asOf: checked }, now);
  const age = days === null ? "" : ` of ${checked?.slice(0, 10)} (${days === 1 ? "1 day" : `${days} days`} old)`;
  return `warning: ${feed.name}: going on with the copy${age}: ${reason}`;
}
