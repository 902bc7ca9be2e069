import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { noFilter } from "../../src/compare/filter.ts";
import { copy } from "../../src/content/copy.ts";
import { writeLayout } from "../../src/content/layout.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { type CompareRequest, compareEach, compareReferences } from "../../src/flow/compare.ts";
import type { Ports } from "../../src/flow/ports.ts";
import { noVex } from "../../src/flow/vuln/vex-request.ts";
import { smallWorld } from "../support/flow.ts";
import { refusal } from "../support/refusal.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { pushTinyImage, type TinyImage } from "../support/tiny-image.ts";
import { feedFolder, lines, osvNpm } from "../vuln/examples.ts";

const feed = lines(
  osvNpm("GHSA-aaaa-aaaa-aaaa", "left", [{ introduced: "0" }, { fixed: "2.0.0" }]),
  osvNpm("GHSA-bbbb-bbbb-bbbb", "right", [{ introduced: "0" }]),
);
const module = (name: string, version: string) => ({
  [`app/node_modules/${name}/package.json`]: JSON.stringify({ name, version }),
});
const old: TinyImage = {
  layers: [module("left", "1.0.0")],
  container: { environment: ["MODE=old"], labels: { team: "a" } },
};
const now: TinyImage = {
  layers: [module("left", "2.0.0"), module("right", "1.0.0")],
  container: {
    environment: ["MODE=new"],
    labels: { "org.opencontainers.image.source": "https://git.example/app", team: "b" },
  },
};

/** A layout with images under their tags, ports with advisories about them, and a comparison of what it holds. */
async function world(images: Readonly<Record<string, TinyImage>>) {
  const small = await smallWorld({});
  const layout = join(await temporaryFolder(), "layout");
  const store = createMemoryStore();
  await writeLayout(layout, async (target) => {
    for (const [tag, image] of Object.entries(images)) {
      const reference = await pushTinyImage(store, image);
      await copy(store, target, { reference, targetReferences: [tag] });
    }
  });
  const ports: Ports = { ...small.ports, advisories: await feedFolder({ "npm.ndjson": feed }) };
  const request = (analysed: readonly [string, ...string[]], more: Partial<CompareRequest> = {}): CompareRequest => {
    const named = (reference: string) => ({ reference, within: null });
    const [first, ...others] = analysed;
    return {
      analysed: [named(first), ...others.map(named)],
      baseline: named(`oci-dir://${layout}:old`),
      platform: null,
      filter: noFilter,
      policy: "all",
      archive: "never",
      maxAge: null,
      vex: noVex,
      ...more,
    };
  };
  return { layout, ports, request, reference: (tag: string) => `oci-dir://${layout}:${tag}` };
}

describe("two images", () => {
  it("are scanned, matched and compared, with what they were asked for by", async () => {
    const { ports, request, reference } = await world({ old, now });
    const [{ comparison, turned }] = await compareEach(request([reference("now")]), ports);
    expect(turned).toBe(false);
    expect(comparison).toMatchObject({
      baseline: { tag: "old", provenance: null, vulnerabilities: { total: 1 } },
      analysed: { tag: "now", provenance: { repository: "https://git.example/app", revision: null } },
      changes: {
        packages: { changed: [{ package: { name: "left", version: "2.0.0" }, from: "1.0.0", direction: "up" }] },
        environment: { changed: [{ name: "MODE", from: "old", to: "new" }] },
        labels: { changed: [{ name: "team", from: "a", to: "b" }] },
      },
      policy: "all",
    });
    const { removed, added } = comparison.changes.vulnerabilities;
    expect(removed.map(({ id, explanation }) => [id, explanation.text])).toEqual([
      ["GHSA-aaaa-aaaa-aaaa", "left 1.0.0 → 2.0.0, fixed in 2.0.0"],
    ]);
    expect(added.map(({ id }) => id)).toEqual(["GHSA-bbbb-bbbb-bbbb"]);
  });

  it("are chosen within a layout without a tag in the reference", async () => {
    const { layout, ports, request } = await world({ old, now });
    const place = { reference: `oci-dir://${layout}` };
    const [{ comparison }] = await compareEach(
      {
        ...request([place.reference]),
        analysed: [{ ...place, within: "now" }],
        baseline: { ...place, within: "old" },
      },
      ports,
    );
    expect([comparison.baseline.tag, comparison.analysed.tag]).toEqual(["old", "now"]);
  });

  it("are narrowed to what was asked for", async () => {
    const { ports, request, reference } = await world({ old, now });
    const filter = { ...noFilter, fixes: "unfixed" } as const;
    const [{ comparison }] = await compareEach(request([reference("now")], { filter }), ports);
    expect(comparison.changes.vulnerabilities.removed).toEqual([]);
    expect(comparison.filters).toEqual(["--only-unfixed"]);
  });

  it("are not read again once they are known", async () => {
    const { layout, ports, reference } = await world({ old, now });
    const pair = { analysed: reference("now"), baseline: reference("old") };
    const first = await compareReferences(pair, { platform: null }, ports);
    expect(first.comparison.changes.packages.added.map(({ name }) => name)).toEqual(["right"]);
    for (const digest of await layersOf(layout)) await rm(join(layout, "blobs", ...digest.split(":")));
    expect(await compareReferences(pair, { platform: null }, ports)).toEqual(first);
  });

  it("are shown the other way round when only the baseline is hardened", async () => {
    const hardened = { ...now, container: { labels: { "io.hardpan.name": "app" } } };
    const { ports, request, reference } = await world({ old: hardened, now: old });
    const [{ comparison, shown, turned }] = await compareEach(request([reference("now")]), ports);
    expect(turned).toBe(true);
    expect([shown.baseline, shown.analysed]).toEqual([comparison.analysed, comparison.baseline]);
  });

  it("of two platforms are refused", async () => {
    const arm = { ...now, platform: { os: "linux", architecture: "arm64" } };
    const { ports, request, reference } = await world({ old, arm });
    await expect(compareEach(request([reference("arm")]), ports)).rejects.toThrow(refusal("COMPARE_PLATFORM_MISMATCH"));
  });
});

describe("several images", () => {
  it("are compared with one, in the order they are named, and never turned", async () => {
    const hardened = { ...old, container: { labels: { "io.hardpan.name": "app" } } };
    const { ports, request, reference } = await world({ old: hardened, now, other: old });
    const compared = await compareEach(request([reference("now"), reference("other"), reference("old")]), ports);
    expect(compared.map(({ comparison }) => comparison.analysed.tag)).toEqual(["now", "other", "old"]);
    expect(compared.map(({ comparison }) => comparison.baseline.tag)).toEqual(["old", "old", "old"]);
    expect(compared.map(({ turned }) => turned)).toEqual([false, false, false]);
  });
});

/** Digests of the layers of all images in a layout. */
async function layersOf(layout: string): Promise<ReadonlySet<string>> {
  const read = async (...path: readonly string[]) => JSON.parse(await readFile(join(layout, ...path), "utf8"));
  const digests = new Set<string>();
  for (const { digest } of (await read("index.json")).manifests) {
    const { layers } = await read("blobs", ...digest.split(":"));
    for (const layer of layers) digests.add(layer.digest);
  }
  return digests;
}
