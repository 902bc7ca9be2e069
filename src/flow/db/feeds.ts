import { redactUrl } from "../../http/redact.ts";
import { addressOf } from "../../vuln/live/addresses.ts";
import { chooseFeeds, type FeedChoice } from "../../vuln/live/feeds.ts";
import type { Ports } from "../ports.ts";
import { checkedAddresses } from "./update.ts";

/** A live feed as users see it. `url` is where it would be fetched from now, without secrets. */
export interface ListedFeed {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  /** Whether an update goes on without it. */
  readonly optional: boolean;
}

/** The chosen live feeds. Throws VULN_FEED_UNKNOWN. */
export function listFeeds(choice: FeedChoice, ports: Ports): readonly ListedFeed[] {
  const addresses = checkedAddresses(ports);
  return chooseFeeds(choice).map((feed) => {
    const { name, title, optional } = feed;
    return { name, title, url: redactUrl(addressOf(feed, addresses).url), optional };
  });
}
