import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openCache } from "../../src/cache/cache.ts";
import { openAdvisoryIndex } from "../../src/vuln/index/read.ts";
import { debianTrackerFeed, type LiveFeed, liveFeeds, osvFeed, updateAdvisories } from "../../src/vuln/live.ts";
import { makeZip } from "../archive/zip/make-zip.ts";
import { testHttp } from "../http/clients.ts";
import { serveFolder } from "../support/serve-folder.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { now, osvDebian, osvNpm } from "./examples.ts";
import { sharedData, sharedLines } from "./shared-data.ts";

const tracker = (urgency: string) =>
  JSON.stringify({ bash: { "CVE-2026-0001": { releases: { bookworm: { status: "open", urgency } } } } });

const zip = (...records: readonly { readonly id: string }[]) =>
  makeZip(Object.fromEntries(records.map((record) => [`${record.id}.json`, JSON.stringify(record)])));

/** A server with the three feeds under the paths of the real ones, an index path and a way to update it. */
async function setup(contents: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const server = await serveFolder(folder);
  onTestFinished(async () => await server.close());
  const cache = await openCache(await temporaryFolder());
  const into = join(await temporaryFolder(), "index.sqlite");
  const local = (feed: LiveFeed): LiveFeed => ({ ...feed, url: `${server.url}${new URL(feed.url).pathname}` });
  const feeds = liveFeeds.map(local).filter((feed) => contents[new URL(feed.url).pathname.slice(1)] !== undefined);
  const { http } = testHttp();
  const update = async (more: { readonly signal?: AbortSignal } = {}) =>
    await updateAdvisories(into, { now, http, cache, feeds, ...more });
  return { server, folder, into, update };
}

const three = {
  "tracker/data/json": tracker("low"),
  "Debian/all.zip": zip(osvDebian("CVE-2026-0002", { dash: null })),
  "npm/all.zip": zip(osvNpm("GHSA-1", "left", [{ introduced: "0" }])),
};

describe("the live feeds", () => {
  it("are the tracker's JSON and OSV's exports of Debian and npm", () => {
    expect(debianTrackerFeed.url).toBe("https://security-tracker.debian.org/tracker/data/json");
    expect(osvFeed("crates.io").url).toBe("https://osv-vulnerabilities.storage.googleapis.com/crates.io/all.zip");
    expect(liveFeeds).toHaveLength(3);
  });

  it("are fetched into one index", async () => {
    const { into, update } = await setup(three);
    const { report, feeds } = await update();
    expect(feeds.map((feed) => feed.unchanged)).toEqual([false, false, false]);
    expect(report.sources.map((source) => source.source)).toEqual(["debian-security-tracker", "osv-debian", "osv-npm"]);
    const index = openAdvisoryIndex(into);
    expect(index.debian("bash", "12")).toMatchObject([{ urgency: "low" }]);
    expect(index.origins.map((origin) => origin.file)).toEqual(
      [...feeds].sort((a, b) => (a.path < b.path ? -1 : 1)).map((feed) => feed.feed.url),
    );
    index.close();
  });

  it("are dated by the server where they carry no date themselves", async () => {
    const server = createServer((_, response) => {
      response.setHeader("last-modified", "Tue, 05 May 2026 06:07:08 GMT").end(tracker("low"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/tracker/data/json`;
    const cache = await openCache(await temporaryFolder());
    const into = join(await temporaryFolder(), "index.sqlite");
    const feeds = [{ ...debianTrackerFeed, url }];
    const { report } = await updateAdvisories(into, { now, http: testHttp().http, cache, feeds });
    expect(report.sources).toMatchObject([{ asOf: "2026-05-05" }]);
    const index = openAdvisoryIndex(into);
    expect(index.origins).toMatchObject([{ asOf: "2026-05-05T06:07:08.000Z", dated: true }]);
    index.close();
  });

  it("are not transferred again while they have not changed", async () => {
    const { server, update } = await setup(three);
    await update();
    const { feeds } = await update();
    expect(feeds.map((feed) => feed.unchanged)).toEqual([true, true, true]);
    expect(server.requests.slice(3).map((request) => typeof request.headers["if-none-match"])).toEqual(
      Array(3).fill("string"),
    );
  });

  it("replace what the index held when they have changed", async () => {
    const { folder, into, update } = await setup(three);
    await update();
    await writeFile(join(folder, "tracker/data/json"), tracker("high"));
    const { feeds } = await update();
    expect(feeds.map((feed) => feed.unchanged)).toEqual([false, true, true]);
    const index = openAdvisoryIndex(into);
    expect(index.debian("bash", "12")).toMatchObject([{ urgency: "high" }]);
    index.close();
  });
});

describe("the old index stays, and the message says what happened, when a feed", () => {
  it.each([
    ["is missing", { status: 404 }, /cannot fetch Debian security tracker: .*404/],
    ["is forbidden for now", { status: 429 }, /cannot fetch Debian security tracker: .*429/],
    ["fails at the server", { status: 500 }, /cannot fetch Debian security tracker: .*500/],
    ["breaks off", { cutAfter: 20 }, /cannot fetch Debian security tracker/],
    ["redirects in a circle", { status: 302, headers: { location: "/tracker/data/json" } }, /redirects more than/],
    [
      "is an HTML page",
      { content: Buffer.from("<html>Sign in</html>") },
      /tracker\/data\/json line 1: not a known format/,
    ],
    [
      "is cut off at its end",
      { content: Buffer.from(tracker("x").slice(0, -3)) },
      /tracker\/data\/json line 1: .*cut off/,
    ],
    ["has another shape", { content: Buffer.from('{"bash":{"CVE-2026-0001":{"states":{}}}}') }, /not a known format/],
  ])("%s", async (_, fault, message) => {
    const { server, folder, into, update } = await setup(three);
    await update();
    const before = await readFile(into);
    await writeFile(join(folder, "tracker/data/json"), tracker("high"));
    server.fault = (path) => (path === "/tracker/data/json" ? fault : null);
    await expect(update()).rejects.toThrow(message);
    await expect(update()).rejects.toThrow(expect.objectContaining({ code: expect.stringMatching(/^VULN_/), hint: expect.any(String) })); // biome-ignore format: one line
    expect((await readFile(into)).equals(before)).toBe(true);
    server.fault = () => null;
    await update();
  });

  it("is larger than announced in its archive", async () => {
    const bomb = makeZip({ "a.json": " ".repeat(5_000_000) }, { announcedSize: 1000 });
    const { server, into, update } = await setup(three);
    await update();
    const before = await readFile(into);
    server.fault = (path) => (path === "/npm/all.zip" ? { content: bomb } : null);
    await expect(update()).rejects.toThrow(/npm\/all\.zip\/a\.json/);
    expect((await readFile(into)).equals(before)).toBe(true);
  });

  it("is no longer wanted", async () => {
    const { update } = await setup(three);
    const reason = new Error("stopped");
    await expect(update({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("real data", () => {
  it.skipIf(sharedData === null)(
    "served as an OSV export gives the same rows (needs the shared advisory data)",
    async () => {
      const records = sharedLines("osv-debian", 4000).map((text): { readonly id: string } => JSON.parse(text));
      const { into, update } = await setup({ "Debian/all.zip": zip(...records) });
      const { report } = await update();
      expect(report.sources).toMatchObject([{ source: "osv-debian", records: records.length }]);
      const index = openAdvisoryIndex(into);
      expect(index.debian("tcpdump", "12").map((row) => row.vulnerability)).toContain("CVE-2002-0380");
      index.close();
    },
  );
});
