import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { openCache } from "../../../src/cache/cache.ts";
import type { HttpLimits } from "../../../src/http/fetch.ts";
import type { FeedAddresses } from "../../../src/vuln/live/addresses.ts";
import { type LiveFeed, liveFeeds } from "../../../src/vuln/live/feeds.ts";
import { type LiveOptions, updateAdvisories } from "../../../src/vuln/live/update.ts";
import { makeZip } from "../../archive/zip/make-zip.ts";
import { testHttp } from "../../http/clients.ts";
import { serveFolder } from "../../support/serve-folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { now, osvDebian, osvNpm } from "../examples.ts";

/** The tracker's JSON with one open issue. */
export const tracker = (urgency: string) =>
  JSON.stringify({ bash: { "CVE-2026-0001": { releases: { bookworm: { status: "open", urgency } } } } });

/** Records as OSV exports them. */
export const osvZip = (...records: readonly { readonly id: string }[]) =>
  makeZip(Object.fromEntries(records.map((record) => [`${record.id}.json`, JSON.stringify(record)])));

/** Three feeds by their paths at their publishers. */
export const three = {
  "tracker/data/json": tracker("low"),
  "Debian/all.zip": osvZip(osvDebian("CVE-2026-0002", { dash: null })),
  "npm/all.zip": osvZip(osvNpm("GHSA-1", "left", [{ introduced: "0" }])),
};

/**
 * A server with `contents` under the paths they have at their publishers, an index path and a way to update it from those of
 * the live feeds that lie there.
 */
export async function serveFeeds(
  contents: Readonly<Record<string, string | Uint8Array>>,
  limits: Partial<HttpLimits> = {},
) {
  const folder = await temporaryFolder();
  const put = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  for (const [path, content] of Object.entries(contents)) await put(path, content);
  const server = await serveFolder(folder);
  onTestFinished(async () => await server.close());
  const cache = await openCache(await temporaryFolder());
  const into = join(await temporaryFolder(), "index.sqlite");
  const pathOf = (url: string) => new URL(url).pathname.slice(1);
  const local = (feed: LiveFeed): LiveFeed => ({
    ...feed,
    url: `${server.url}/${pathOf(feed.url)}`,
    ...(feed.checksum === undefined ? {} : { checksum: `${server.url}/${pathOf(feed.checksum)}` }),
  });
  const feeds = liveFeeds.filter((feed) => contents[pathOf(feed.url)] !== undefined).map(local);
  const { http, waits } = testHttp(limits);
  const update = async (more: Partial<LiveOptions> & { readonly addresses?: FeedAddresses } = {}) =>
    await updateAdvisories(into, { now, http, cache, feeds, ...more });
  return { server, cache, into, feeds, waits, put, update, index: async () => await readFile(into) };
}
