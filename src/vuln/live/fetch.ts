import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { compressionOf, decompress } from "../../archive/decompress.ts";
import { fetchCurrent } from "../../http/conditional.ts";
import { HttpError } from "../../http/error.ts";
import type { DownloadPorts } from "../../http/receive.ts";
import { redactUrl } from "../../http/redact.ts";
import { VulnError } from "../error.ts";
import { addressOf, type FeedAddress, type FeedAddresses } from "./addresses.ts";
import type { LiveFeed } from "./feeds.ts";

/** What a feed's server has now, in the cache. */
export interface FetchedFeed {
  readonly sha256: string;
  readonly path: string;
  readonly unchanged: boolean;
  /** The server's Last-Modified in ISO 8601, null when it gave none. */
  readonly asOf: string | null;
}

/** A transfer that brings less is given up, and tried again. */
const pace = { bytes: 64 * 1024, within: 60_000 };

/**
 * Fetches `feed` when it has changed, and checks its checksum, where there is one, and how large it is unpacked. Throws
 * HTTP errors, CACHE_UNWRITABLE, errors of damaged compressed data, and the reason of the ports' signal.
 */
export async function fetchFeed(feed: LiveFeed, addresses: FeedAddresses, ports: DownloadPorts): Promise<FetchedFeed> {
  const address = addressOf(feed, addresses);
  let fetched = await fetchCurrent({ ...requestFor(feed, address), pace }, ports);
  if (address.checksum !== null && (await checksumOf(feed, address, ports)) !== fetched.sha256) {
    // Either may have been replaced between the two requests: what is there now must agree.
    await ports.cache.drop(fetched.sha256);
    fetched = await fetchCurrent({ ...requestFor(feed, address), pace }, ports);
    await requireChecksum(fetched.sha256, { feed, address, ports });
  }
  const path = await checkUnpacked(fetched.sha256, feed, ports);
  return { sha256: fetched.sha256, path, unchanged: fetched.unchanged, asOf: isoDate(fetched.lastModified) };
}

function requestFor(feed: LiveFeed, address: FeedAddress) {
  const { url, files, follows } = address;
  return { url, files, follows, name: feed.title, maxBytes: feed.maxBytes };
}

/** The SHA-256 (hex) that is published of `feed`: the first word, as sha256sum writes it. */
async function checksumOf(feed: LiveFeed, address: FeedAddress, ports: DownloadPorts): Promise<string> {
  const { checksum, files, follows } = address;
  if (checksum === null) throw new TypeError(`${feed.name} has no checksum`);
  const { signal } = ports;
  const response = await ports.http.request(checksum, { files, follows, maxBytes: 4096, ...(signal && { signal }) });
  const text = await response.text();
  const sha256 = /^\s*([0-9a-f]{64})\b/i.exec(text)?.[1]?.toLowerCase();
  if (sha256 !== undefined) return sha256;
  throw new HttpError("HTTP_MISMATCH", `${redactUrl(checksum)} holds no SHA-256`, {
    hint: "it is not what was expected there: check the address",
  });
}

async function requireChecksum(
  sha256: string,
  where: { readonly feed: LiveFeed; readonly address: FeedAddress; readonly ports: DownloadPorts },
): Promise<void> {
  const { feed, address, ports } = where;
  const published = await checksumOf(feed, address, ports);
  if (published === sha256) return;
  await ports.cache.drop(sha256);
  throw new HttpError("HTTP_MISMATCH", `${redactUrl(address.url)} has the SHA-256 ${sha256}, not ${published}`, {
    hint: "it is not what its publisher announces: try again later, or from another network",
  });
}

/** Throws ARCHIVE_TOO_LARGE for a feed that unpacks to more than it may be, before anything else reads it. */
async function checkUnpacked(sha256: string, feed: LiveFeed, ports: DownloadPorts): Promise<string> {
  const path = await ports.cache.path(sha256);
  if (path === null) throw new VulnError("VULN_LIVE_FAILED", `${feed.title} is no longer in the cache`);
  if (compressionOf(await beginningOf(path)) === "none") return path;
  try {
    const bytes = createReadStream(path, { highWaterMark: 1 << 18 });
    for await (const _ of decompress(bytes, { limit: feed.maxBytes, what: feed.title })) ports.signal?.throwIfAborted();
    return path;
  } catch (cause) {
    ports.signal?.throwIfAborted();
    await ports.cache.drop(sha256);
    throw cause;
  }
}

async function beginningOf(path: string): Promise<Uint8Array> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function isoDate(httpDate: string | null): string | null {
  const time = Date.parse(httpDate ?? "");
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
