import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../../src/vuln/watch/event.ts";
import { brief, feeds, watchedWorld } from "../flow/vuln/watch/world.ts";
import { type CliRun, hardpan, startHardpan } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { feedFolder } from "../vuln/examples.ts";
import { schemaProblems } from "./json-schema.ts";
import { long } from "./shared.ts";

const openssl = { "CVE-2026-0001": { openssl: "3.5-2" } };

/** A registry with an image, and a cache with an index. */
async function world() {
  const { registry, push, reference, repository } = await watchedWorld();
  await push({ openssl: "3.5-1" });
  const cache = await temporaryFolder();
  const options = { cache };
  const replaceIndex = async (fixes: Parameters<typeof feeds>[0]) => {
    expect(await hardpan(["db", "import", await feedFolder(feeds(fixes))], options)).toMatchObject({ exitCode: 0 });
  };
  await replaceIndex(openssl);
  const watch = ["watch", reference, "--archive", "never", "--interval", "1", "--format", "json"];
  return { registry, push, reference, repository, cache, options, replaceIndex, watch };
}

/** The next event of a running watch that is not the end of a round. */
function eventsOf(run: CliRun): { next(): Promise<WatchEvent>; readonly all: WatchEvent[] } {
  const all: WatchEvent[] = [];
  const waiting: WatchEvent[] = [];
  let rest = "";
  run.child.stdout?.on("data", (text: string) => {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    const events = lines.map((line): WatchEvent => JSON.parse(line));
    all.push(...events);
    waiting.push(...events.filter(({ event }) => event !== "round"));
  });
  const next = async () => {
    for (;;) {
      const event = waiting.shift();
      if (event !== undefined) return event;
      if (run.child.stdout !== null) await once(run.child.stdout, "data");
    }
  };
  return { next, all };
}

describe("hardpan watch", () => {
  it(
    "tells a moved tag and a replaced index as they come, as JSON lines, and ends with 0 on Ctrl-C",
    async () => {
      const { push, replaceIndex, watch, options } = await world();
      const run = startHardpan(watch, options);
      const events = eventsOf(run);
      expect(brief(await events.next())).toBe("first +CVE-2026-0001");
      await push({ openssl: "3.5-2" });
      expect(brief(await events.next())).toBe("digest -CVE-2026-0001 version-changed");
      await replaceIndex({ ...openssl, "CVE-2026-0002": { openssl: null } });
      expect(brief(await events.next())).toBe("data +CVE-2026-0002");
      run.child.kill("SIGINT");
      expect(await run.finished).toMatchObject({ exitCode: 0 });
      expect(events.all.flatMap((event) => schemaProblems("watch", event))).toEqual([]);
    },
    long,
  );

  it(
    "goes on where it was when it is killed and started anew, without telling anything twice",
    async () => {
      const { push, watch, options } = await world();
      const told: string[] = [];
      const runUntil = async (change: () => Promise<unknown>, expected: string) => {
        const run = startHardpan(watch, options);
        const events = eventsOf(run);
        await change();
        const event = await events.next();
        run.child.kill("SIGKILL");
        await run.finished;
        told.push(...events.all.filter((one) => one.event === "change").map(brief));
        expect(brief(event)).toBe(expected);
      };
      await runUntil(async () => {}, "first +CVE-2026-0001");
      await runUntil(async () => await push({ openssl: "3.5-3" }), "digest -CVE-2026-0001 version-changed");
      await runUntil(async () => await push({ openssl: "3.5-0" }), "digest +CVE-2026-0001");
      expect(told).toHaveLength(3);
      const { stdout } = await hardpan([...watch, "--once"], options);
      expect(
        stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line).event),
      ).toEqual(["round"]);
    },
    long,
  );

  it(
    "with --once and --exit-on vulnerability ends with 2 only when there is a new one that counts",
    async () => {
      const { push, reference, options, replaceIndex } = await world();
      const gate = ["watch", reference, "--archive", "never", "--once", "--exit-on", "vulnerability"];
      const exits = async (...more: readonly string[]) => (await hardpan([...gate, ...more], options)).exitCode;
      expect(await exits()).toBe(2);
      expect(await exits()).toBe(0);
      await push({ openssl: "3.5-2" });
      expect(await exits()).toBe(0);
      await replaceIndex({ ...openssl, "CVE-2026-0002": { openssl: "9" } });
      expect(await exits("--only-unfixed")).toBe(0);
      expect(await exits()).toBe(2);
    },
    long,
  );

  it("ends with 1 when something could not be looked at, and tells the rest", async () => {
    const { reference, options } = await world();
    const absent = reference.replace(/:1$/, ":absent");
    const { stdout, exitCode } = await hardpan(["watch", absent, reference, "--archive", "never", "--once"], options);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/:absent: cannot be scanned: .*REMOTE_NOT_FOUND/);
    expect(stdout).toMatch(/:1: first scan\n {2}1 vulnerability/);
    expect(stdout).toMatch(/2 references, 1 scanned, 0 unchanged, 1 failed: 1 new, 0 changed, 0 gone\n$/);
  });

  it("reads references from a file, and says in a dry run what it would do", async () => {
    const { reference, options } = await world();
    const file = join(await temporaryFolder(), "images");
    await writeFile(file, `# what we run\n${reference}\n`);
    const { stdout, exitCode } = await hardpan(["watch", "--file", file, "--dry-run"], options);
    expect({ exitCode }).toEqual({ exitCode: 0 });
    expect(stdout).toContain(`${reference}: would be scanned: nothing is known of it\n`);
  });

  it("waits out an index that is damaged", async () => {
    const { cache, options, replaceIndex, watch } = await world();
    const run = startHardpan(watch, options);
    const events = eventsOf(run);
    await events.next();
    await writeFile(join(cache, "hardpan", "advisories", "index.sqlite"), "no index");
    expect(await events.next()).toMatchObject({ event: "failure", what: "advisories", code: "VULN_INDEX_INVALID" });
    await replaceIndex({ "CVE-2026-0002": { openssl: null } });
    const changes: WatchEvent[] = [];
    while (changes.length === 0) changes.push(...[await events.next()].filter(({ event }) => event === "change"));
    expect(brief(changes[0])).toBe("data +CVE-2026-0002 -CVE-2026-0001 data-changed");
    run.child.kill("SIGTERM");
    expect(await run.finished).toMatchObject({ exitCode: 0 });
  });

  it(
    "updates the advisories first with --update, and goes on with what there is when that fails",
    async () => {
      const { reference, options } = await world();
      const environment = {
        HTTP_PROXY: "http://127.0.0.1:9",
        HTTPS_PROXY: "http://127.0.0.1:9",
        NO_PROXY: "127.0.0.1",
      };
      const { stdout, exitCode } = await hardpan(
        ["watch", reference, "--archive", "never", "--once", "--update", "--format", "json"],
        { ...options, environment },
      );
      const events = stdout
        .trim()
        .split("\n")
        .map((line): WatchEvent => JSON.parse(line));
      expect(events.map(({ event }) => event)).toEqual(["failure", "change", "round"]);
      expect(events[0]).toMatchObject({ what: "update", reference: null });
      expect(exitCode).toBe(1);
    },
    long,
  );

  it("refuses --update where the user names advisories", async () => {
    const { reference, options } = await world();
    const environment = { HARDPAN_ADVISORIES: await feedFolder(feeds(openssl)) };
    const result = await hardpan(["watch", reference, "--once", "--update"], { ...options, environment });
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("(CLI_USAGE)") });
  });
});
