import { describe, expect, it } from "vitest";
import { listTargets } from "../../../../src/flow/vuln/watch/targets.ts";
import { brief, watchedWorld } from "./world.ts";

async function repositoryWorld() {
  const world = await watchedWorld();
  await world.import({ "CVE-2026-0001": { openssl: "3.5-2" } });
  await world.push({ openssl: "3.5-1" }, "1.0");
  await world.push({ openssl: "3.5-1" }, "nightly");
  const round = async (request: { readonly tag?: RegExp; readonly allImages?: boolean } = {}) => {
    const { told, end } = await world.round({
      request: { references: [], repositories: [world.repository], ...request },
    });
    return {
      told: told.map((event) => `${"reference" in event ? event.reference?.split(":").at(-1) : ""} ${brief(event)}`),
      end,
    };
  };
  return { world, round };
}

describe("a watched repository", () => {
  it("is scanned from what is pushed after the first round, and new data is of no concern for the rest", async () => {
    const { world, round } = await repositoryWorld();
    expect((await round()).told).toEqual([]);
    await world.push({ openssl: "3.5-1" }, "1.1");
    await world.push({ openssl: "3.5-1", bash: "1" }, "nightly");
    expect((await round()).told.toSorted()).toEqual(["1.1 first +CVE-2026-0001", "nightly digest +CVE-2026-0001"]);
    await world.import({ "CVE-2026-0001": { openssl: "3.5-2" }, "CVE-2026-0002": { openssl: null } });
    const { told, end } = await round();
    expect(told.toSorted()).toEqual(["1.1 data +CVE-2026-0002", "nightly data +CVE-2026-0002"]);
    expect(end.round).toMatchObject({ references: 3, scanned: 2, unchanged: 1 });
  });

  it("is scanned as a whole with --all-images", async () => {
    const { round } = await repositoryWorld();
    expect((await round({ allImages: true })).told.toSorted()).toEqual([
      "1.0 first +CVE-2026-0001",
      "nightly first +CVE-2026-0001",
    ]);
  });

  it("is narrowed to the tags that match", async () => {
    const { round } = await repositoryWorld();
    const { told, end } = await round({ allImages: true, tag: /^\d/ });
    expect(told).toEqual(["1.0 first +CVE-2026-0001"]);
    expect(end.round).toMatchObject({ references: 1 });
  });

  it("that is not there is told, and others are looked at", async () => {
    const { world } = await repositoryWorld();
    const { told, end } = await world.round({
      request: { references: [`${world.reference}.0`], repositories: [`${world.registry.host}/absent`] },
    });
    expect(told).toMatchObject([
      { event: "failure", what: "list", code: "REMOTE_NOT_FOUND", reference: `${world.registry.host}/absent` },
      { event: "change" },
    ]);
    expect(end.round).toMatchObject({ references: 1, scanned: 1, failed: 1 });
  });
});

describe("the list of references", () => {
  const ports = {
    signal: new AbortController().signal,
    knowsList: async () => true,
    noteList: async () => {},
    tags: async () => Array.from({ length: 10_001 }, (_, number) => `t${number}`),
  };
  const request = {
    ...{ references: ["registry://ghcr.io/acme/app:t1"], repositories: ["ghcr.io/acme/app"], tag: null },
    ...{
      allImages: false,
      interval: 1,
      workers: 1,
      once: true,
      dryRun: false,
      exitOnVulnerability: false,
      settings: [],
    },
  };

  it("has at most 10 000", async () => {
    await expect(listTargets(request, ports, () => false)).rejects.toMatchObject({
      code: "FLOW_UNSUPPORTED_REFERENCE",
    });
  });

  it("has what is named twice once", async () => {
    const { targets } = await listTargets({ ...request, tag: /^t[12]$/ }, ports, () => false);
    expect(targets.map(({ reference }) => reference)).toEqual([
      "registry://ghcr.io/acme/app:t1",
      "registry://ghcr.io/acme/app:t2",
    ]);
  });
});
