import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openAdvisoryIndex } from "../../../src/vuln/index/read.ts";
import { makeZip } from "../../archive/zip/make-zip.ts";
import type { Fault } from "../../support/serve-folder.ts";
import { now, osvNpm } from "../examples.ts";
import { sharedData, sharedLines, sharedText } from "../shared-data.ts";
import { openvex, openvexStatement } from "../vex/documents.ts";
import { osvZip, serveFeeds, three, tracker } from "./feed-server.ts";

const urgencies = (path: string) => {
  const index = openAdvisoryIndex(path);
  const found = index.debian("bash", "12").map((row) => row.urgency);
  index.close();
  return found;
};

describe("the live feeds", () => {
  it("are fetched into one index", async () => {
    const { into, update } = await serveFeeds(three);
    const { sources, feeds } = await update();
    expect(feeds.map((one) => [one.feed.name, one.outcome])).toEqual([
      ["debian-tracker", "new"],
      ["osv-debian", "new"],
      ["osv-npm", "new"],
    ]);
    expect(feeds.map((one) => one.checked)).toEqual(Array(3).fill(now.toISOString()));
    expect(sources.map((source) => source.source)).toEqual(["debian-security-tracker", "osv-debian", "osv-npm"]);
    const index = openAdvisoryIndex(into);
    expect(index.debian("bash", "12")).toMatchObject([{ urgency: "low" }]);
    expect(index.origins.map((origin) => origin.file).sort()).toEqual(feeds.map((one) => one.feed.url).sort());
    index.close();
  });

  it("are dated by the server where they carry no date themselves", async () => {
    const { server, into, update } = await serveFeeds({ "tracker/data/json": tracker("low") });
    server.fault = () => ({ headers: { "last-modified": "Tue, 05 May 2026 06:07:08 GMT" } });
    expect(await update()).toMatchObject({
      sources: [{ asOf: "2026-05-05" }],
      feeds: [{ asOf: "2026-05-05T06:07:08.000Z" }],
    });
    const index = openAdvisoryIndex(into);
    expect(index.origins).toMatchObject([{ asOf: "2026-05-05T06:07:08.000Z", dated: true }]);
    index.close();
  });

  it("are not transferred again while they have not changed", async () => {
    const { server, update } = await serveFeeds(three);
    await update();
    const { feeds } = await update();
    expect(feeds.map((one) => one.outcome)).toEqual(["unchanged", "unchanged", "unchanged"]);
    expect(server.requests.slice(3).map((request) => typeof request.headers["if-none-match"])).toEqual(
      Array(3).fill("string"),
    );
  });

  it("replace what the index held when they have changed, and leave nothing of the old content in the cache", async () => {
    const { put, cache, into, update } = await serveFeeds(three);
    await update();
    await put("tracker/data/json", tracker("high"));
    const { feeds } = await update();
    expect(feeds.map((one) => one.outcome)).toEqual(["new", "unchanged", "unchanged"]);
    expect(urgencies(into)).toEqual(["high"]);
    expect(await cache.path(createHash("sha256").update(tracker("low")).digest("hex"))).toBeNull();
  });

  it("are fetched on where a transfer broke off, also by a later update", async () => {
    const whole = osvZip(...Array.from({ length: 200 }, (_, i) => osvNpm(`GHSA-${i}`, `p${i}`, [{ introduced: "0" }])));
    const { server, update } = await serveFeeds({ "npm/all.zip": whole }, { attempts: 1 });
    server.fault = () => ({ cutAfter: 5000 });
    await expect(update()).rejects.toMatchObject({ code: "VULN_LIVE_FAILED" });
    server.fault = () => null;
    expect(await update()).toMatchObject({ sources: [{ source: "osv-npm", records: 200 }] });
    expect(server.requests.at(-1)?.headers.range).toBe("bytes=5000-");
  });

  it("wait for a server that asks for it, and try again after an error of the server's", async () => {
    const { server, update, waits } = await serveFeeds({ "tracker/data/json": tracker("low") });
    server.fault = (_, count) =>
      count === 1 ? { status: 429, headers: { "retry-after": "7" } } : count === 2 ? { status: 500 } : null;
    expect(await update()).toMatchObject({ feeds: [{ outcome: "new" }] });
    expect(waits).toEqual([7000, 1000]);
  });

  it("whose server does not answer cost one try, not one for each of its feeds", async () => {
    const { server, update } = await serveFeeds(three, { attempts: 1 });
    await update();
    await server.close();
    const asked: string[] = [];
    const { feeds } = await update({ downloadProgress: ({ name }) => asked.push(name) });
    expect(feeds.map((one) => one.reason)).toEqual(Array(3).fill(expect.stringMatching(/cannot fetch .*ECONNREFUSED/)));
  });

  it("that only add to others may be of a format that nothing reads yet", async () => {
    const path = "debian/debian-security-support/-/raw/master/security-support.deb12";
    const { update } = await serveFeeds({ ...three, [path]: "?\n" });
    const { feeds } = await update();
    expect(feeds.find((one) => one.feed.name === "debian-support-12")).toMatchObject({
      outcome: "missing",
      reason: expect.stringContaining("expected there is a list of debian-security-support"),
    });
    await expect(update({ strict: true })).rejects.toMatchObject({ code: "VULN_LIVE_FAILED" });
  });

  it("that bring along what is not asked for there are not taken", async () => {
    const evil = makeZip({
      "GHSA-1.json": JSON.stringify(osvNpm("GHSA-1", "left", [{ introduced: "0" }])),
      "x.json": JSON.stringify(openvex([openvexStatement()])),
    });
    const { update, into } = await serveFeeds({ ...three, "npm/all.zip": evil });
    await expect(update()).rejects.toMatchObject({
      code: "VULN_LIVE_FAILED",
      message: expect.stringMatching(/npm\/all\.zip line 1: nothing of use: 2 records of format OSV, VEX/),
    });
    expect(existsSync(into)).toBe(false);
  });

  it("that used to give records and give none any more are not taken", async () => {
    const { put, update } = await serveFeeds(three);
    await update();
    const empty = { ...osvNpm("GHSA-2", "left", []), affected: [] };
    await put("npm/all.zip", osvZip(empty));
    const { feeds } = await update();
    expect(feeds.at(-1)).toMatchObject({ outcome: "kept", reason: expect.stringMatching(/line 1: nothing of use/) });
  });
});

const bomb = gzipSync(Buffer.alloc(20_000_000));
const small = 10_000_000;
const html = Buffer.from("<html>Sign in</html>");

const drifted = Buffer.from(
  `{${Array.from({ length: 20_000 }, (_, i) => `"p${i}":{"CVE-1":{"releases":{"bookworm":{"status":"open"}}}},\n`).join("")}` +
    '"z":{"CVE-1":{"releases":{"bookworm":{"status":3}}}}}',
);

/** What may be wrong with a feed, how, and what the message says. */
const faults: readonly (readonly [string, Fault, RegExp])[] = [
  ["is missing", { status: 404 }, /cannot fetch Debian security tracker: .* answered 404/],
  ["is forbidden for too long", { status: 429, headers: { "retry-after": "86400" } }, /tracker: .* answered 429/],
  ["is forbidden again and again", { status: 429, headers: { "retry-after": "1" } }, /tracker: .* answered 429/],
  ["fails at the server", { status: 500 }, /cannot fetch Debian security tracker: .* answered 500/],
  ["breaks off again and again", { cutAfter: 20, noRange: true }, /cannot fetch Debian security tracker/],
  [
    "is shorter than in storage",
    { headers: { "x-goog-stored-content-length": "999" } },
    /ended after \d+ of 999 bytes/,
  ],
  ["has another MD5 than in storage", { headers: { "x-goog-hash": `md5=${"A".repeat(22)}==` } }, /has the MD5/],
  ["falls silent", { stall: 3000 }, /did not answer for 0\.2 s/],
  ["redirects in a circle", { status: 302, headers: { location: "/tracker/data/json" } }, /redirects more than/],
  ["redirects to another host", { status: 302, headers: { location: "http://localhost:1/x" } }, /not known to use/],
  [
    "unpacks to more than it may, as .gz",
    { content: bomb },
    /tracker: Debian security tracker .*larger than|more than/,
  ],
  [
    "unpacks to more than it may, on the way",
    { content: bomb, headers: { "content-encoding": "gzip" } },
    /larger than/,
  ],
  ["is an HTML page", { content: html }, /json line 1: not a known format.*; expected there is the tracker's JSON/],
  ["is cut off at its end", { content: Buffer.from(tracker("x").slice(0, -3)) }, /data\/json line 1: .*cut off/],
  ["has another shape", { content: Buffer.from('{"bash":{"CVE-2026-0001":{"states":{}}}}') }, /line 1: not a known/],
  [
    "holds something else that is known",
    { content: Buffer.from('{"catalogVersion":"1"}') },
    /line 1: the format is KEV, not Debian security tracker/,
  ],
  ["changes its shape further down", { content: drifted }, /data\/json line 2000\d: .*status/],
  ["is empty of records", { content: Buffer.from("{}") }, /json line 1: /],
];

describe.each(faults)("when a feed %s", (_, fault, message) => {
  const setup = async () => {
    const served = await serveFeeds(three, { idle: 200, attempts: 2 });
    const feeds = served.feeds.map((feed) => ({ ...feed, maxBytes: small }));
    const break_ = () => {
      served.server.fault = (path) => (path === "/tracker/data/json" ? fault : null);
    };
    return { ...served, break: break_, update: async (more = {}) => await served.update({ feeds, ...more }) };
  };

  it("a strict update fails, says why, and leaves the old index as it was", async () => {
    const { put, index, server, into, update, break: spoil } = await setup();
    await update();
    const before = await index();
    await put("tracker/data/json", tracker("high"));
    spoil();
    await expect(update({ strict: true })).rejects.toMatchObject({
      code: "VULN_LIVE_FAILED",
      message: expect.stringMatching(message),
      hint: expect.stringContaining("--skip debian-tracker"),
    });
    expect((await index()).equals(before)).toBe(true);
    server.fault = () => null;
    expect(await update({ strict: true })).toMatchObject({ feeds: [{ outcome: "new" }, {}, {}] });
    expect(urgencies(into)).toEqual(["high"]);
  });

  it("an update goes on with the copy it had, and says so", async () => {
    const { put, into, update, break: spoil } = await setup();
    await update();
    await put("tracker/data/json", tracker("high"));
    await put("npm/all.zip", osvZip(osvNpm("GHSA-2", "right", [{ introduced: "0" }])));
    spoil();
    const later = new Date(now.getTime() + 86_400_000);
    const { feeds } = await update({ now: later });
    expect(feeds).toMatchObject([
      { outcome: "kept", reason: expect.stringMatching(message), checked: now.toISOString() },
      { outcome: "unchanged", reason: null, checked: later.toISOString() },
      { outcome: "new" },
    ]);
    expect(urgencies(into)).toEqual(["low"]);
  });

  it("a first update fails: there is nothing to go on with", async () => {
    const { into, update, break: spoil } = await setup();
    await writeFile(into, "whatever was there");
    spoil();
    await expect(update()).rejects.toMatchObject({ code: "VULN_LIVE_FAILED", message: expect.stringMatching(message) });
    expect(await readFile(into, "utf8")).toBe("whatever was there");
  });
});

describe("an archive that unpacks to more than it says", () => {
  it("is refused, and the old index stays", async () => {
    const lying = makeZip({ "a.json": " ".repeat(5_000_000) }, { announcedSize: 1000 });
    const { server, index, update } = await serveFeeds(three);
    await update();
    const before = await index();
    server.fault = (path) => (path === "/npm/all.zip" ? { content: lying } : null);
    await expect(update({ strict: true })).rejects.toThrow(/cannot use OSV npm: .*npm\/all\.zip\/a\.json/);
    expect((await index()).equals(before)).toBe(true);
  });
});

describe("a feed with a checksum", () => {
  const path = "docker-hardened-images/advisories/main/vex/dhi.vex.json";
  const statement = {
    vulnerability: { name: "CVE-2026-0001" },
    products: [{ "@id": "pkg:deb/debian/bash@5.2-1?os_distro=bookworm" }],
    ...{ status: "not_affected", justification: "vulnerable_code_not_present" },
  };
  const vex = JSON.stringify({
    ...{ "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://vex.example/1", author: "A", version: 1 },
    ...{ timestamp: "2026-01-01T00:00:00Z", statements: [statement] },
  });
  const sumOf = (text: string) => `${createHash("sha256").update(text).digest("hex")}  dhi.vex.json\n`;

  it("is taken when it agrees, also when it was replaced between the two requests", async () => {
    const { server, put, update } = await serveFeeds({ ...three, [path]: vex, [`${path}.sha256`]: sumOf(vex) });
    expect((await update()).feeds.at(-1)).toMatchObject({ outcome: "new" });
    const other = `${vex} `;
    await put(`${path}.sha256`, sumOf(other));
    let asked = 0;
    server.fault = (at) => (at === `/${path}` && ++asked > 1 ? { content: Buffer.from(other) } : null);
    expect((await update({ strict: true })).feeds.at(-1)).toMatchObject({ outcome: "new" });
  });

  it.each([
    ["another sum", sumOf("else"), /has the SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}/],
    ["no sum", "<html>", /dhi\.vex\.json\.sha256 holds no SHA-256/],
  ])("is refused with %s", async (_, sum, message) => {
    const { update, index } = await serveFeeds({ ...three, [path]: vex, [`${path}.sha256`]: sum });
    await expect(update({ strict: true })).rejects.toThrow(message);
    await expect(index()).rejects.toThrow(/ENOENT/);
    expect((await update()).feeds.at(-1)).toMatchObject({ outcome: "missing", reason: expect.stringMatching(message) });
  });
});

describe("an update that is no longer wanted", () => {
  it("ends with the reason", async () => {
    const { update } = await serveFeeds(three);
    const reason = new Error("stopped");
    await expect(update({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("real data", () => {
  it.skipIf(sharedData === null)(
    "served as an OSV export gives the same rows (needs the shared advisory data)",
    async () => {
      const records = sharedLines("osv-debian", 4000).map((text): { readonly id: string } => JSON.parse(text));
      const { into, update } = await serveFeeds({ "Debian/all.zip": osvZip(...records) });
      expect(await update()).toMatchObject({ sources: [{ source: "osv-debian", records: records.length }] });
      const index = openAdvisoryIndex(into);
      expect(index.debian("tcpdump", "12").map((row) => row.vulnerability)).toContain("CVE-2002-0380");
      index.close();
    },
  );

  it.skipIf(sharedData === null)(
    "of every other publisher at hand is taken in one update, used yet or not (needs the shared advisory data)",
    async () => {
      const { update } = await serveFeeds({
        ...three,
        "security-tracker-team/security-tracker/-/raw/master/data/DSA/list": sharedText("DSA-list"),
        "security-tracker-team/security-tracker/-/raw/master/data/DLA/list": sharedText("DLA-list"),
        "nodejs/security-wg/main/vuln/core/index.json": sharedText("nodejs-core"),
        "sites/default/files/feeds/known_exploited_vulnerabilities.json": sharedText("kev-"),
        "epss_scores-current.csv.gz": gzipSync(sharedText("epss-"), { level: 1 }),
      });
      const { feeds, sources } = await update();
      expect(feeds.map((one) => [one.feed.name, one.outcome])).toEqual(
        ["debian-tracker", "debian-dsa", "debian-dla", "osv-debian", "osv-npm", "nodejs-core", "kev", "epss"].map(
          (name) => [name, "new"],
        ),
      );
      expect(sources.map((one) => one.source)).toContain("debian-advisories");
    },
  );
});
