import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schemaProblems } from "../../../integration/json-schema.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { brief, plainWorld, watchedWorld } from "./world.ts";

const openssl = { "CVE-2026-0001": { openssl: "3.5-2" } };

describe("a round of a watch", () => {
  it("tells all that is found as new the first time, and nothing the second, also in another run", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    expect((await world.round()).told.map(brief)).toEqual(["first +CVE-2026-0001"]);
    const { told, end } = await world.round();
    expect(told).toEqual([]);
    expect(end.round).toMatchObject({ references: 1, scanned: 0, unchanged: 1, added: 0 });
  });

  it("asks a registry of an image that has not changed for nothing but the head of its manifest", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    await world.round();
    world.registry.requests.length = 0;
    await world.round();
    expect(world.registry.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "HEAD /v2/team/app/manifests/1",
    ]);
  });

  it("tells what a moved tag brings and takes, with both digests", async () => {
    const world = await watchedWorld();
    const before = await world.push({ openssl: "3.5-1", bash: "5.2-1" });
    await world.import({ ...openssl, "CVE-2026-0002": { zlib: null }, "CVE-2026-0003": { bash: "5.2-9" } });
    await world.round();
    const after = await world.push({ openssl: "3.5-2", zlib: "1.3-1" });
    const { told } = await world.round();
    expect(told.map(brief)).toEqual([
      "digest +CVE-2026-0002 -CVE-2026-0001 version-changed -CVE-2026-0003 package-removed",
    ]);
    expect(told[0]).toMatchObject({ reasons: [{ kind: "digest", before, after }] });
  });

  it("tells what new data brings, takes and changes, with the source", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1", bash: "5.2-1", zlib: "1.3-1" });
    await world.import({ ...openssl, "CVE-2026-0003": { bash: null } });
    await world.round();
    await world.import({ "CVE-2026-0002": { zlib: "1.3-2" }, "CVE-2026-0003": { bash: "5.2-9" } });
    const { told } = await world.round();
    expect(told.map(brief)).toEqual(["data +CVE-2026-0002 ~CVE-2026-0003 -CVE-2026-0001 data-changed"]);
    expect(told[0]).toMatchObject({
      changed: [{ state: "fixed", fixedVersion: "5.2-9", before: { state: "affected", fixedVersion: null } }],
    });
  });

  it("names the sources that have other data", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    await world.round();
    await world.import({ ...openssl, "CVE-2026-0004": { openssl: "3.5-3" } });
    const { told } = await world.round();
    expect(told[0]).toMatchObject({
      reasons: [{ kind: "data", sources: [{ source: "osv-debian", before: { records: 1 }, after: { records: 2 } }] }],
    });
  });

  it("scans anew when the same data is imported anew, and has nothing to tell", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    await world.round();
    await world.import(openssl);
    const { told, end } = await world.round();
    expect(told).toEqual([]);
    expect(end.round).toMatchObject({ scanned: 1, unchanged: 0 });
  });

  it("scans anew on another day", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    await world.round();
    world.clock.now = new Date("2026-06-02T00:00:01Z");
    expect((await world.round()).end.round).toMatchObject({ scanned: 1 });
  });

  it("goes on with others when one fails, and leaves that one alone for longer each time", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    const absent = world.reference.replace(/:1$/, ":2");
    const minutes = (time: string) => (Date.parse(time) - Date.parse("2026-06-01T12:00:00Z")) / 60_000;
    const slept: number[] = [];
    const stop = new AbortController();
    const { told, end } = await world.round({
      request: { references: [world.reference, absent], once: false },
      ports: {
        signal: stop.signal,
        async sleep(milliseconds) {
          slept.push(milliseconds);
          world.clock.now = new Date(world.clock.now.getTime() + milliseconds);
          if (slept.length === 7) await world.push({ openssl: "3.5-1" }, "2");
          if (slept.length === 16) stop.abort();
          stop.signal.throwIfAborted();
        },
      },
    });
    expect(new Set(slept)).toEqual(new Set([60_000]));
    expect(end.interrupted).toBe(true);
    const failures = told.filter(({ event }) => event === "failure");
    expect(failures.map(({ at }) => minutes(at))).toEqual([0, 1, 3]);
    expect(failures[2]).toMatchObject({ code: "REMOTE_NOT_FOUND", reference: absent, what: "scan", failures: 3 });
    const changes = told.filter(({ event }) => event === "change");
    expect(changes.map((change) => [minutes(change.at), brief(change)])).toEqual([
      [0, "first +CVE-2026-0001"],
      [7, "first +CVE-2026-0001"],
    ]);
    const rounds = world.events.filter(({ event }) => event === "round");
    expect(rounds[2]).toMatchObject({ unchanged: 1, failed: 0, waiting: 1 });
  });

  it("scans nothing in a dry run, says what it would scan and why, and remembers nothing", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    const dry = { request: { dryRun: true } };
    for (const _ of [1, 2]) {
      expect((await world.round(dry)).told).toMatchObject([
        { event: "plan", reference: world.reference, reasons: ["first"] },
      ]);
    }
    const pulled = world.registry.requests.filter(({ method }) => method === "GET");
    expect(pulled).toEqual([]);
    await world.round();
    expect((await world.round(dry)).told).toMatchObject([{ reasons: [] }]);
    await world.push({ openssl: "3.5-2" });
    await world.import({ "CVE-2026-0009": { bash: null } });
    expect((await world.round(dry)).told).toMatchObject([{ reasons: ["digest", "data"] }]);
  });

  it("keeps what other settings remember apart", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    await world.round();
    expect((await world.round({ request: { settings: ["--only-severity high"] } })).told.map(brief)).toEqual([
      "first +CVE-2026-0001",
    ]);
    expect((await world.round()).told).toEqual([]);
  });

  it("keeps the whole report of each scan where it is asked to", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    const output = join(await temporaryFolder(), "reports");
    await world.round({ world: { output } });
    const [file = "", ...more] = await readdir(output);
    expect(more).toEqual([]);
    const report = JSON.parse(await readFile(join(output, file), "utf8"));
    expect(report).toMatchObject({ schema: "hardpan/cves/1", findings: [{ id: "CVE-2026-0001" }] });
  });

  it("takes a damaged record for none", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    await world.round();
    const folder = join(world.ports.cache.directory, "records", "watch-1");
    for (const file of await readdir(folder)) await writeFile(join(folder, file), "{}");
    expect((await world.round()).told.map(brief)).toEqual(["first +CVE-2026-0001"]);
  });

  it("scans anew when a VEX document is added or taken away, and tells what it suppresses", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1" });
    await world.import(openssl);
    const folder = await temporaryFolder();
    const vex = { locations: [folder], authors: [], keys: [] };
    const statement = {
      vulnerability: { name: "CVE-2026-0001" },
      products: [{ "@id": "pkg:deb/debian/openssl" }],
      status: "not_affected",
      justification: "vulnerable_code_not_in_execute_path",
    };
    const document = {
      "@context": "https://openvex.dev/ns/v0.2.0",
      ...{ "@id": "https://acme.example/vex", author: "Acme", timestamp: "2026-01-01T00:00:00Z", version: 1 },
      statements: [statement],
    };
    await writeFile(join(folder, "a.vex.json"), JSON.stringify({ ...document, statements: [] }));
    const round = async () => {
      const { told } = await world.round({ world: { vex: [folder], scan: { ...plainWorld.scan, vex } } });
      return told.map(brief);
    };
    expect(await round()).toEqual(["first +CVE-2026-0001"]);
    expect(await round()).toEqual([]);
    await writeFile(join(folder, "b.vex.json"), JSON.stringify(document));
    expect(await round()).toEqual(["vex -CVE-2026-0001 suppressed"]);
    expect(await round()).toEqual([]);
    await rm(join(folder, "b.vex.json"));
    expect(await round()).toEqual(["vex +CVE-2026-0001"]);
  });

  it("tells everything as docs/schema describes it", async () => {
    const world = await watchedWorld();
    await world.push({ openssl: "3.5-1", bash: "5.2-1" });
    await world.import({ ...openssl, "CVE-2026-0003": { bash: null } });
    await world.round({ request: { dryRun: true } });
    await world.round({ request: { references: [world.reference, `${world.reference}-absent`] } });
    await world.push({ bash: "5.2-1" });
    await world.import({ "CVE-2026-0003": { bash: "5.2-2" } });
    await world.round();
    expect(new Set(world.events.map(({ event }) => event))).toEqual(new Set(["plan", "round", "change", "failure"]));
    for (const event of world.events) expect(schemaProblems("watch", event)).toEqual([]);
  });
});
