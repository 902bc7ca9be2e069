import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { schemaProblems } from "../../integration/json-schema.ts";
import { hardpan, hardpanJson, startHardpan } from "../../support/cli.ts";
import { serveFolder } from "../../support/serve-folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { feed } from "../../vuln/bundle/bundles.ts";
import { feedFolder, osvNpm } from "../../vuln/examples.ts";
import { osvZip, tracker } from "../../vuln/live/feed-server.ts";

const timeout = 60_000;
const only = "debian-tracker,osv-npm";

/** A machine of its own, which knows feeds by a mirror: a cache, a folder to work in, a way to run commands. */
async function machine() {
  const [cache, cwd, feeds] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(feeds, "debian-tracker"), tracker("low"));
  await writeFile(join(feeds, "osv-npm"), osvZip(osvNpm("GHSA-1", "left", [{ introduced: "0" }])));
  const server = await serveFolder(feeds);
  onTestFinished(async () => await server.close());
  const environment = { HARDPAN_FEED_MIRROR: server.url, HARDPAN_CONFIG: join(cwd, "config.yaml") };
  const options = { cache, cwd, environment };
  return {
    ...{ server, cwd, feeds, options },
    index: async () => await readFile(join(cache, "hardpan", "advisories", "index.sqlite")),
    run: async (...args: readonly string[]) => await hardpan(["db", ...args], options),
    json: async (...args: readonly string[]) => await hardpanJson(["db", ...args], options),
  };
}

describe("hardpan db update", () => {
  it(
    "builds the index from a mirror, says what became of each feed, and tells of its progress on stderr",
    async () => {
      const { run, json } = await machine();
      const { stdout, stderr, exitCode } = await run("update", "--only", only);
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(/^new {7}debian-tracker\nnew {7}osv-npm\n/),
      });
      expect(stderr).toMatch(/fetching Debian security tracker\n.*fetching OSV npm\n.*importing http/s);
      const again = await json("update", "--only", only);
      expect(again).toMatchObject({
        schema: "hardpan/db-update/1",
        feeds: [{ name: "debian-tracker", outcome: "unchanged" }, {}],
      });
      expect(schemaProblems("db", again)).toEqual([]);
    },
    timeout,
  );

  it(
    "goes on with the copy it had and warns; with --strict it fails and leaves the index",
    async () => {
      const { run, json, server, index } = await machine();
      await run("update", "--only", only);
      const before = await index();
      server.fault = (path) => (path === "/debian-tracker" ? { status: 404 } : null);
      const strict = await run("update", "--only", only, "--strict");
      expect(strict).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(
          /cannot fetch Debian security tracker: .*404\nhint: .*--skip debian-tracker.*\n\(VULN_LIVE_FAILED/s,
        ),
      });
      expect((await index()).equals(before)).toBe(true);
      const lenient = await run("update", "--only", only);
      expect(lenient).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^kept {6}debian-tracker\n/),
        stderr: expect.stringMatching(
          /warning: debian-tracker: going on with the copy of \S+ \(0 days old\): cannot fetch .*404/,
        ),
      });
      expect(await json("update", "--only", only)).toMatchObject({
        feeds: [{ outcome: "kept", reason: expect.any(String) }, {}],
      });
    },
    timeout,
  );

  it(
    "fails where a feed cannot be had and there is no copy, unless it is left out",
    async () => {
      const { run, feeds } = await machine();
      await rm(join(feeds, "osv-npm"));
      expect(await run("update", "--only", only)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("VULN_LIVE_FAILED"),
      });
      expect(await run("update", "--only", only, "--skip", "osv-npm")).toMatchObject({ exitCode: 0 });
    },
    timeout,
  );

  it(
    "takes addresses from the configuration, and a folder for a mirror",
    async () => {
      const { options, cwd, feeds, server } = await machine();
      await cp(feeds, join(cwd, "copies"), { recursive: true });
      await writeFile(join(cwd, "config.yaml"), `feed-mirror: copies\nfeeds: { osv-npm: "${server.url}/osv-npm" }\n`);
      const environment = { ...options.environment, HARDPAN_FEED_MIRROR: "" };
      await hardpanJson(["db", "update", "--only", only], { ...options, environment });
      expect(server.requests.map((request) => request.path)).toEqual(["/osv-npm"]);
      await writeFile(join(cwd, "config.yaml"), "feeds: { osv-nmp: https://x.example/ }\n");
      expect(await hardpan(["db", "update"], { ...options, environment })).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/there is no feed "osv-nmp"\nhint: .*osv-npm.*\n\(VULN_FEED_UNKNOWN\)/),
      });
    },
    timeout,
  );

  it(
    "lists feeds with their addresses",
    async () => {
      const { json, server } = await machine();
      const list = await json("update", "--list", "--only", only);
      expect(list.feeds.map((one: { readonly url: string }) => one.url)).toEqual([
        `${server.url}/debian-tracker`,
        `${server.url}/osv-npm`,
      ]);
      expect(schemaProblems("db", list)).toEqual([]);
    },
    timeout,
  );

  it(
    "that comes second waits for the first, says so, and readers are not kept waiting",
    async () => {
      const { options, run, server } = await machine();
      await run("update", "--only", only);
      server.fault = (_, count) => (count === 2 ? { delay: 5000 } : null);
      const first = startHardpan(["db", "update", "--only", "debian-tracker"], options);
      while (server.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
      const second = startHardpan(["db", "update", "--only", "osv-npm"], options);
      await second.saw("waiting for it");
      expect(await run("status")).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("debian-security-tracker"),
      });
      expect(first.child.exitCode).toBeNull();
      expect((await first.finished).exitCode).toBe(0);
      expect((await second.finished).exitCode).toBe(0);
      expect((await run("status")).stdout).not.toContain("debian-security-tracker");
    },
    timeout,
  );
});

describe("hardpan db status", () => {
  it(
    "shows sources with their age, feeds with their checksum, and says by its exit code whether they are too old",
    async () => {
      const { json, run } = await machine();
      await run("import", await feedFolder({ "a.ndjson": feed("1.0-1") }));
      const status = await json("status");
      expect(schemaProblems("db", status)).toEqual([]);
      expect(status).toMatchObject({
        size: expect.any(Number),
        built: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        sources: [
          {
            source: "osv-debian",
            asOf: "2026-01-10",
            ageDays: expect.any(Number),
            records: 2,
            feeds: [{ format: "OSV", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
          },
        ],
        tooOld: null,
      });
      expect((await run("status")).stdout).toMatch(/osv-debian: 2 records as of 2026-01-10 \(\d+ days old\)/);
      expect(await run("status", "--max-age", "9999w")).toMatchObject({ exitCode: 0 });
      expect(await run("status", "--max-age", "7d")).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("older than 1w: osv-debian"),
      });
      expect(await run("status", "--max-age", "soon")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("CLI_USAGE"),
      });
    },
    timeout,
  );

  it(
    "looks at the advisories that are named in place of its own",
    async () => {
      const { json, run } = await machine();
      const folder = await feedFolder({ "a.ndjson": feed("1.0-1") });
      expect(await run("status")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("VULN_INDEX_INVALID") });
      const status = await json("status", "--advisories", folder);
      expect(status.sources).toHaveLength(1);
      expect((await json("status", "--advisories", status.index)).sources).toHaveLength(1);
    },
    timeout,
  );
});

describe("a bundle between two machines", () => {
  it(
    "goes from export to import, checked by its signature",
    async () => {
      const [here, there] = [await machine(), await machine()];
      await here.run("import", await feedFolder({ "a.ndjson": feed("1.0-1") }));
      const { id } = await hardpanJson(["key", "generate"], here.options);
      const exported = await here.json("export", "--sign-key", "hardpan.key");
      expect(schemaProblems("db", exported)).toEqual([]);
      expect(exported.bundle).toMatchObject({ file: "advisories.bundle", keyId: id });
      const file = join(here.cwd, "advisories.bundle");

      expect(await there.run("import", file)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/no key was given.*\nhint: .*--verify-key.*\n\(VULN_BUNDLE_NOT_VERIFIED\)/),
      });
      const text = await there.run("import", file, "--verify-key", join(here.cwd, "hardpan.pub"));
      expect(text).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`signed with the key ${id}`) });
      expect(text.stdout).toContain("osv-debian: 2 records as of 2026-01-10");
      const imported = await there.json("import", file, "--verify-key", join(here.cwd, "hardpan.pub"));
      expect(schemaProblems("db", imported)).toEqual([]);
      expect(imported.bundle).toEqual({ file, created: exported.bundle.created, keyId: id });
      expect((await there.index()).equals(await here.index())).toBe(true);

      await hardpanJson(["key", "generate"], there.options);
      expect(await there.run("import", file, "--verify-key", "hardpan.pub")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("not by the key hardpan.pub"),
      });
      expect(await there.run("import", file, "--verify-key", "none.pub")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("ATTEST_KEY_INVALID"),
      });
    },
    timeout,
  );

  it(
    "signed with an encrypted key takes the passphrase of the environment",
    async () => {
      const { run, options } = await machine();
      await run("import", await feedFolder({ "a.ndjson": feed("1.0-1") }));
      const environment = { ...options.environment, HARDPAN_KEY_PASSWORD: "correct horse" };
      await hardpanJson(["key", "generate"], { ...options, environment });
      expect(await run("export", "--sign-key", "hardpan.key")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("ATTEST_KEY_PASSWORD"),
      });
      expect(await hardpan(["db", "export", "--sign-key", "hardpan.key"], { ...options, environment })).toMatchObject({
        exitCode: 0,
      });
      expect(await run("import", "advisories.bundle", "--verify-key", "hardpan.pub")).toMatchObject({ exitCode: 0 });
    },
    timeout,
  );

  it(
    "does not take the place of the index it is made of",
    async () => {
      const { run, index, options } = await machine();
      await run("import", await feedFolder({ "a.ndjson": feed("1.0-1") }));
      const before = await index();
      const output = join(options.cache, "hardpan", "advisories", "index.sqlite");
      expect(await run("export", "--output", output)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/it is the index itself.*\n.*\n\(VULN_INDEX_UNWRITABLE/),
      });
      expect((await index()).equals(before)).toBe(true);
    },
    timeout,
  );

  it(
    "without a signature is imported only where that is allowed, an older one only where that is",
    async () => {
      const { run, json } = await machine();
      const old = await feedFolder({ "a.ndjson": feed("1.0-1", "2026-02-01T00:00:00Z") });
      const exported = await run("export", "--advisories", old, "--output", "old.bundle");
      expect(exported).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("not signed"),
        stderr: expect.stringContaining("--allow-unsigned"),
      });
      await run("import", await feedFolder({ "a.ndjson": feed("1.0-1", "2026-02-02T00:00:00Z") }));
      expect(await run("import", "old.bundle")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("VULN_BUNDLE_NOT_VERIFIED"),
      });
      expect(await run("import", "old.bundle", "--allow-unsigned")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("VULN_BUNDLE_OLDER"),
      });
      const taken = await json("import", "old.bundle", "--allow-unsigned", "--allow-older");
      expect(taken).toMatchObject({ sources: [{ asOf: "2026-02-01" }], bundle: { keyId: null } });
      for (const [args, message] of [
        [["old.bundle", old], /is a bundle, which takes the place of the whole index/],
        [[old, "--verify-key", "x.pub"], /--verify-key is for bundles/],
        [[old, "--allow-unsigned"], /--allow-unsigned is for bundles/],
        [["old.bundle", "--allow-unsigned", "--verify-key", "x.pub"], /contradict each other/],
      ] as const) {
        expect(await run("import", ...args)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(message) });
      }
    },
    timeout,
  );
});
