import { describe, expect, it } from "vitest";
import { addressOf, shownAddress } from "../../../src/vuln/live/addresses.ts";
import { chooseFeeds, debianTrackerFeed, type LiveFeed, liveFeeds, osvFeed } from "../../../src/vuln/live/feeds.ts";
import { providers } from "../../../src/vuln/provider/list.ts";

const names = (feeds: readonly LiveFeed[]) => feeds.map((feed) => feed.name);

describe("the live feeds", () => {
  it("have names of their own that fit flags and file names, and addresses of the public network over https", () => {
    expect(new Set(names(liveFeeds)).size).toBe(liveFeeds.length);
    for (const { name, url, checksum = "https:" } of liveFeeds) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect([url, checksum]).toEqual([expect.stringMatching(/^https:/), expect.stringMatching(/^https:/)]);
    }
  });

  it("are those of Debian, OSV, Alpine, the runtimes, and what is exploited", () => {
    expect(debianTrackerFeed.url).toBe("https://security-tracker.debian.org/tracker/data/json");
    expect(osvFeed("crates.io")).toMatchObject({
      name: "osv-crates-io",
      url: "https://osv-vulnerabilities.storage.googleapis.com/crates.io/all.zip",
    });
    expect(names(liveFeeds)).toEqual(
      expect.arrayContaining([
        ...["debian-tracker", "debian-dsa", "debian-dla", "debian-support-12", "osv-debian", "osv-alpine", "osv-npm"],
        ...["osv-pypi", "osv-go", "osv-maven", "osv-rubygems", "osv-packagist", "osv-nuget", "alpine-edge-main"],
        ...["nodejs-core", "openssl", "cpython", "kev", "epss", "dhi-osv", "dhi-vex"],
      ]),
    );
  });

  it("that must have a format have one that is read", () => {
    const formats = new Set(providers.map((provider) => provider.format));
    expect(liveFeeds.filter(({ format }) => format !== undefined && !formats.has(format))).toEqual([]);
  });

  it("are chosen by name, in their own order", () => {
    expect(names(chooseFeeds({ only: ["osv-npm", "debian-tracker"] }))).toEqual(["debian-tracker", "osv-npm"]);
    expect(names(chooseFeeds({ only: ["osv-npm", "kev"], skip: ["kev"] }))).toEqual(["osv-npm"]);
    expect(chooseFeeds({ skip: ["kev", "epss"] })).toHaveLength(liveFeeds.length - 2);
  });

  it.each([
    [{ only: ["osv-nmp"] }, /no feed "osv-nmp"/, /similar are .*osv-npm/],
    [{ skip: ["x"] }, /no feed "x"/, /--list/],
    [{ only: ["kev"], skip: ["kev"] }, /all feeds are left out/, /fewer/],
  ])("of the choice %j are refused", (choice, message, hint) => {
    expect(() => chooseFeeds(choice)).toThrow(
      expect.objectContaining({
        code: "VULN_FEED_UNKNOWN",
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });
});

describe("the address of a feed", () => {
  const [vex = debianTrackerFeed] = liveFeeds.filter((feed) => feed.name === "dhi-vex");
  const [openssl = debianTrackerFeed] = liveFeeds.filter((feed) => feed.name === "openssl");

  it("is its publisher's, from where redirects lead only to hosts that are known", () => {
    const own = { mirror: null, replaced: {} };
    expect(addressOf(vex, own)).toEqual({ url: vex.url, checksum: vex.checksum, follows: { hosts: [] }, files: false });
    expect(addressOf(openssl, own)).toMatchObject({ follows: { hosts: ["codeload.github.com"] }, checksum: null });
  });

  it("is below the mirror under the feed's name, unless it is given by itself", () => {
    const replaced = { openssl: "https://intern.example/openssl.tar.gz" };
    const addresses = { mirror: "file:///srv/feeds", replaced };
    expect(addressOf(vex, addresses)).toEqual({
      url: "file:///srv/feeds/dhi-vex",
      checksum: "file:///srv/feeds/dhi-vex.sha256",
      follows: { hosts: "any" },
      files: true,
    });
    expect(addressOf(openssl, addresses).url).toBe("https://intern.example/openssl.tar.gz");
  });

  it("is shown without secrets, with the publisher's name of the file where it has another", () => {
    expect(shownAddress(vex, vex.url)).toBe(vex.url);
    expect(shownAddress(vex, "https://ada:secret@x.example/dhi-vex")).toBe("https://x.example/dhi-vex#dhi.vex.json");
    expect(shownAddress(vex, "file:///srv/dhi.vex.json")).toBe("file:///srv/dhi.vex.json");
  });
});
