import { redactUrl } from "../../http/redact.ts";
import type { RedirectRule } from "../../http/redirect.ts";
import type { LiveFeed } from "./feeds.ts";

/** Where feeds lie for an organisation that has its own copies. URLs are http:, https: or file:. */
export interface FeedAddresses {
  /** A base URL without slash at the end, below which every feed lies under its name; null without. */
  readonly mirror: string | null;
  /** Addresses of single feeds by name; they come before the mirror. */
  readonly replaced: Readonly<Record<string, string>>;
}

/** The publishers' own addresses. */
export const publishersAddresses: FeedAddresses = { mirror: null, replaced: {} };

/** How one feed is to be asked for. */
export interface FeedAddress {
  readonly url: string;
  readonly checksum: string | null;
  readonly follows: RedirectRule;
  /** Whether `file:` URLs may be read: only where the user has named the address. */
  readonly files: boolean;
}

/**
 * What messages and the index call the file of `feed` at `url`: its address without secrets. At an address of the user's own
 * the publisher's name of the file follows, from which some formats tell what they are about.
 */
export function shownAddress(feed: LiveFeed, url: string): string {
  const shown = redactUrl(url);
  if (url === feed.url) return shown;
  const name = feed.url.slice(feed.url.lastIndexOf("/") + 1);
  return shown.endsWith(`/${name}`) ? shown : `${shown}#${name}`;
}

/**
 * Where `feed` lies. At an address of the user's own its checksum is asked for beside it, where the publisher has one, and
 * redirects are followed wherever they lead, except from a public host to one that is not.
 */
export function addressOf(feed: LiveFeed, addresses: FeedAddresses): FeedAddress {
  const { mirror, replaced } = addresses;
  const url = replaced[feed.name] ?? (mirror === null ? null : `${mirror}/${feed.name}`);
  if (url === null) {
    const follows = { hosts: feed.redirects ?? [] };
    return { url: feed.url, checksum: feed.checksum ?? null, follows, files: false };
  }
  const checksum = feed.checksum === undefined ? null : `${url}.sha256`;
  return { url, checksum, follows: { hosts: "any" }, files: true };
}
