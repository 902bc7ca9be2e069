import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { acquireRelease } from "../../src/apt/release.ts";
import { mirrorFolder, strangerKey } from "../support/debian-archive.ts";
import { served, testArchive, testPorts } from "./archives.ts";
import { testNow } from "./moment.ts";

const choice = { codename: "trixie", pocket: "release" } as const;
const day = 86_400_000;

describe("acquireRelease", () => {
  it("verifies a suite and tells what it is", async () => {
    const archive = await testArchive();
    const { server, mirrors } = await served(archive);
    const { release, body } = await acquireRelease(choice, await testPorts(archive, { mirrors }));
    expect(release).toEqual({
      suite: "trixie",
      codename: "trixie",
      pocket: "release",
      version: "13.1",
      date: "2026-01-10T00:00:00Z",
      validUntil: null,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      mirror: `${server.url}/debian`,
      signedBy: [archive.pins[0]?.fingerprint],
      automatic: true,
    });
    expect(body.files.has("main/binary-amd64/Packages.xz")).toBe(true);
  });

  it.each(["updates", "security"] as const)("finds the suite of %s", async (pocket) => {
    const archive = await testArchive();
    const { release } = await acquireRelease({ codename: "trixie", pocket }, await testPorts(archive));
    expect(release.suite).toBe(`trixie-${pocket}`);
  });

  it("asks again each time, but transfers and verifies only what is new", async () => {
    const archive = await testArchive();
    const { server, mirrors } = await served(archive);
    const ports = await testPorts(archive, { mirrors });
    const first = await acquireRelease(choice, ports);
    const keyring = async () => await Promise.reject(new Error("the signature is verified again"));
    const again = await acquireRelease(choice, { ...ports, trust: { ...ports.trust, keyring } });
    expect(again).toEqual(first);
    expect(server.requests[1]?.headers["if-none-match"]).toBeDefined();
  });

  it("does not ask within maxAge, and asks after it", async () => {
    const archive = await testArchive();
    const { server, mirrors } = await served(archive);
    const ports = await testPorts(archive, { mirrors });
    await acquireRelease(choice, ports);
    await acquireRelease(choice, { ...ports, now: () => testNow + 999 }, { maxAge: 1000 });
    expect(server.requests.length).toBe(1);
    await acquireRelease(choice, { ...ports, now: () => testNow + 1000 }, { maxAge: 1000 });
    await acquireRelease(choice, { ...ports, now: () => testNow - day }, { maxAge: 1000 });
    expect(server.requests.length).toBe(3);
  });

  it("refuses an unsigned suite, and one that a stranger signed", async () => {
    const unsigned = await testArchive({ packages: [], key: "none" });
    await expect(acquireRelease(choice, await testPorts(unsigned))).rejects.toMatchObject({ code: "APT_UNSIGNED" });
    const known = await testArchive();
    const stranger = await testArchive({ packages: [], key: await strangerKey() });
    const ports = await testPorts(known, { mirrors: stranger.mirrors });
    await expect(acquireRelease(choice, ports)).rejects.toMatchObject({ code: "APT_KEY_UNKNOWN" });
  });

  it("refuses a flipped byte in the signed part, naming the file", async () => {
    const archive = await testArchive();
    const { server, mirrors } = await served(archive);
    server.fault = () => ({ flipAt: 200 });
    await expect(acquireRelease(choice, await testPorts(archive, { mirrors }))).rejects.toMatchObject({
      code: "APT_SIGNATURE_INVALID",
      message: expect.stringContaining(`${server.url}/debian/dists/trixie/InRelease`),
    });
  });

  it("refuses another suite under the name of the one asked for", async () => {
    const archive = await testArchive({ packages: [], codename: "bookworm" });
    const { server, mirrors } = await served(archive);
    const ports = await testPorts(archive, { mirrors });
    server.fault = (path) =>
      path.includes("/trixie/") ? { status: 302, headers: { location: path.replace("trixie", "bookworm") } } : null;
    await expect(acquireRelease(choice, ports)).rejects.toMatchObject({
      code: "APT_WRONG_SUITE",
      message: expect.stringMatching(/is of bookworm, not trixie/),
    });
  });

  it("refuses one from the future, with an hour's tolerance", async () => {
    const archive = await testArchive({ packages: [], date: "2026-01-15T01:00:00Z" });
    await acquireRelease(choice, await testPorts(archive));
    const early = await testPorts(archive, { now: testNow - 1000 });
    await expect(acquireRelease(choice, early)).rejects.toMatchObject({ code: "APT_NOT_YET_VALID" });
  });

  it("refuses an expired one, also when it was taken before it expired", async () => {
    const archive = await testArchive({ packages: [], validUntil: "2026-01-16T00:00:00Z" });
    const ports = await testPorts(archive);
    await acquireRelease(choice, ports);
    const later = { ...ports, now: () => testNow + 2 * day };
    await expect(acquireRelease(choice, later)).rejects.toMatchObject({ code: "APT_EXPIRED" });
    await expect(acquireRelease(choice, later, { maxAge: 10 * day })).rejects.toMatchObject({ code: "APT_EXPIRED" });
    expect((await acquireRelease(choice, later, { acceptExpired: true })).release.validUntil).toBe(
      "2026-01-16T00:00:00Z",
    );
    expect((await acquireRelease(choice, later, { offline: true })).release.suite).toBe("trixie");
  });

  it("refuses an older one than it has seen, and takes a newer one", async () => {
    const [old, current, newer] = await Promise.all(
      ["2026-01-09T00:00:00Z", "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z"].map((date) =>
        testArchive({ packages: [], date }),
      ),
    );
    if (old === undefined || current === undefined || newer === undefined) throw new Error("no archives");
    const ports = await testPorts(current);
    await acquireRelease(choice, ports);
    await expect(acquireRelease(choice, { ...ports, mirrors: old.mirrors })).rejects.toMatchObject({
      code: "APT_ROLLBACK",
      message: expect.stringMatching(/2026-01-09.*2026-01-10/),
    });
    // Another suite, or a cache that has seen nothing, is not concerned.
    await acquireRelease({ ...choice, pocket: "updates" }, { ...ports, mirrors: old.mirrors });
    expect((await acquireRelease(choice, { ...ports, mirrors: newer.mirrors })).release.date).toBe(
      "2026-01-11T00:00:00Z",
    );
  });

  it("tries the mirrors in order, and says why the first failed when all do", async () => {
    const archive = await testArchive();
    const stranger = await testArchive({ packages: [], key: await strangerKey() });
    const dead = "http://127.0.0.1:1/debian";
    const main = [dead, ...stranger.mirrors.main, ...archive.mirrors.main];
    const ports = await testPorts(archive, { mirrors: { main, security: [] } });
    expect((await acquireRelease(choice, ports)).release.signedBy).toEqual([archive.pins[0]?.fingerprint]);
    const failing = await testPorts(archive, { mirrors: { main: [dead, ...stranger.mirrors.main], security: [] } });
    await expect(acquireRelease(choice, failing)).rejects.toMatchObject({ code: "APT_KEY_UNKNOWN" });
    const alone = await testPorts(archive, { mirrors: { main: [dead], security: [] } });
    await expect(acquireRelease(choice, alone)).rejects.toMatchObject({ code: "HTTP_NETWORK" });
  });

  it("works offline afterwards, and only then", async () => {
    const archive = await testArchive();
    const ports = await testPorts(archive);
    await expect(acquireRelease(choice, ports, { offline: true })).rejects.toMatchObject({ code: "APT_OFFLINE" });
    const online = await acquireRelease(choice, ports);
    await rm(archive.directory, { recursive: true });
    expect(await acquireRelease(choice, ports, { offline: true })).toEqual(online);
  });

  it("does not use what was verified by a key that is no longer pinned", async () => {
    const archive = await testArchive();
    const ports = await testPorts(archive);
    await acquireRelease(choice, ports);
    const trust = { ...ports.trust, pins: [{ fingerprint: "0".repeat(40), name: "Other" }] };
    await expect(acquireRelease(choice, { ...ports, trust }, { offline: true })).rejects.toMatchObject({
      code: "APT_OFFLINE",
    });
    await expect(acquireRelease(choice, { ...ports, trust })).rejects.toMatchObject({ code: "APT_KEYRING_MISSING" });
  });

  it("keeps the credentials of a mirror to itself", async () => {
    const archive = await testArchive();
    const { server, mirrors } = await served(archive);
    const main = mirrors.main.map((url) => url.replace("http://", "http://user:hunter2@"));
    const { release } = await acquireRelease(choice, await testPorts(archive, { mirrors: { main, security: [] } }));
    expect(release.mirror).toBe(`${server.url}/debian`);
    expect(server.requests[0]?.headers.authorization).toMatch(/^Basic /);
  });
});

describe("a host without a keyring", () => {
  it("takes the keys from the archive's own package, pinned ones only, and remembers them", async () => {
    const plain = await testArchive();
    const archive = await testArchive({
      packages: [
        {
          name: "debian-archive-keyring",
          version: "2025.1",
          files: { "usr/share/keyrings/debian-archive-keyring.pgp": plain.keyring },
        },
      ],
    });
    const { server, mirrors } = await served(archive);
    const ports = await testPorts(archive, { mirrors });
    const trust = { ...ports.trust, keyring: async () => null };
    expect((await acquireRelease(choice, { ...ports, trust })).release.suite).toBe("trixie");
    expect(server.requests.map((request) => request.path)).toContainEqual(
      expect.stringMatching(/debian-archive-keyring_2025\.1_all\.deb$/),
    );
    const before = server.requests.length;
    await acquireRelease({ ...choice, pocket: "security" }, { ...ports, trust });
    expect(server.requests.slice(before).map((request) => request.path)).toEqual([
      "/debian-security/dists/trixie-security/InRelease",
    ]);
  });

  it("refuses a mirror whose package holds other keys", async () => {
    const stranger = await strangerKey();
    const archive = await testArchive();
    const forged = await testArchive({
      packages: [
        {
          name: "debian-archive-keyring",
          version: "2025.1",
          files: { "usr/share/keyrings/debian-archive-keyring.gpg": stranger.toPublic().write() },
        },
      ],
      key: stranger,
    });
    const ports = await testPorts(archive, { mirrors: forged.mirrors });
    const trust = { ...ports.trust, keyring: async () => null };
    await expect(acquireRelease(choice, { ...ports, trust })).rejects.toMatchObject({ code: "APT_KEY_UNKNOWN" });
  });

  it("says that there is no keyring where the archive has none either", async () => {
    const archive = await testArchive();
    const ports = await testPorts(archive);
    const trust = { ...ports.trust, keyring: async () => null };
    await expect(acquireRelease(choice, { ...ports, trust })).rejects.toMatchObject({ code: "APT_KEYRING_MISSING" });
    await rm(join(mirrorFolder(archive.mirrors.main[0]), "dists/trixie/Release"));
    await expect(acquireRelease(choice, { ...ports, trust })).rejects.toMatchObject({ code: "HTTP_STATUS" });
  });
});
