import { describe, expect, it } from "vitest";
import { openCache } from "../../src/cache/cache.ts";
import { openImage } from "../../src/facts/image.ts";
import { chainId } from "../../src/oci/chain-id.ts";
import type { Source } from "../../src/oci/graph.ts";
import { isManifest } from "../../src/oci/media-type.ts";
import type { Sbom } from "../../src/sbom/model.ts";
import { type ScanOptions, scanImage } from "../../src/scan/scan.ts";
import { program, type TestImageOptions, type TestLayer, testImage } from "../facts/layers.ts";
import { elfProgram } from "../support/elf-program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { statusStanza, trixie } from "./tree.ts";

const base: TestLayer = {
  "etc/os-release": trixie,
  "var/lib/dpkg/status": [
    statusStanza({ Package: "apt", Version: "3.0" }),
    statusStanza({ Package: "zlib1g", Version: "1.3" }),
  ].join("\n"),
  "var/lib/dpkg/info/apt.list": "/usr/bin/apt\n",
  "var/lib/dpkg/info/zlib1g.list": "/usr/lib/libz.so.1\n",
  "opt/tool/node_modules/left/package.json": '{"name":"left","version":"1.0.0"}',
  "opt/tool/node_modules/kept/package.json": '{"name":"kept","version":"1.0.0"}',
};
const upgraded: TestLayer = {
  "var/lib/dpkg/status": statusStanza({ Package: "zlib1g", Version: "1.4" }),
  "var/lib/dpkg/info/.wh.apt.list": "",
  "var/lib/dpkg/info/zlib1g.list": "/usr/lib/libz.so.1\n",
};
const removed: TestLayer = {
  "opt/tool/node_modules/.wh.left": "",
  "app/node_modules/mine/package.json": '{"name":"mine","version":"2.0.0"}',
};

async function scan(layers: readonly TestLayer[], options: TestImageOptions = {}, more: Partial<ScanOptions> = {}) {
  const { store, manifest, diffIds } = await testImage(layers, options);
  const image = await openImage(store, "test");
  const { sbom } = await scanImage(store, image, { reference: "x", ...more });
  return { sbom, digests: manifest.layers.map(({ digest }) => digest), diffIds };
}

describe("the history of an image", () => {
  it("names packages that are gone, the layer that brought them and the layer without them", async () => {
    const { sbom, digests } = await scan([base, upgraded, removed]);
    const shown = sbom.removed.map(({ name, version, layer, removedBy }) => [
      `${name} ${version}`,
      digests.indexOf(layer as (typeof digests)[number]),
      digests.indexOf(removedBy as (typeof digests)[number]),
    ]);
    expect(shown).toEqual([
      ["apt 3.0", 0, 1],
      ["zlib1g 1.3", 0, 1],
      ["left 1.0.0", 0, 2],
    ]);
    expect(sbom.packages.map(({ name }) => name)).toEqual(["zlib1g", "kept", "mine"]);
  });

  it("names nothing where nothing is gone, and nothing that comes back", async () => {
    expect((await scan([base])).sbom.removed).toEqual([]);
    const back = { "opt/tool/node_modules/left/package.json": '{"name":"left","version":"1.0.0"}' };
    expect((await scan([base, removed, back])).sbom.removed).toEqual([]);
  });

  it("names a package that is gone, but not the program it took along", async () => {
    const nginx = elfProgram({ loaded: [{ content: Buffer.from("\0nginx/1.26.3\0") }] });
    const server: TestLayer = {
      "var/lib/dpkg/status.d/nginx": statusStanza({ Package: "nginx", Version: "1.26.3-3" }),
      "var/lib/dpkg/status.d/nginx.md5sums": `${"0".repeat(32)}  usr/sbin/nginx\n`,
      "usr/sbin/nginx": program(nginx),
    };
    const gone: TestLayer = { "var/lib/dpkg/.wh.status.d": "", "usr/sbin/.wh.nginx": "" };
    const { sbom } = await scan([{ "etc/os-release": trixie }, server, gone]);
    expect(sbom.removed.map(({ purl }) => purl.replace(/[?].*/, ""))).toEqual(["pkg:deb/debian/nginx@1.26.3-3"]);
    const own: TestLayer = { "usr/sbin/nginx": program(nginx) };
    const built = await scan([{ "etc/os-release": trixie }, own, gone]);
    expect(built.sbom.removed.map(({ purl }) => purl)).toEqual(["pkg:generic/nginx@1.26.3"]);
  });

  it("knows the layers of a base image by the chain id in a label, and what comes from there", async () => {
    const { diffIds } = await scan([base, upgraded]);
    const labels = { "io.hardpan.chain-id": chainId(diffIds) };
    const { sbom } = await scan([base, upgraded, removed], { container: { labels } });
    expect(sbom.base).toEqual({
      reference: null,
      digest: null,
      chainId: chainId(diffIds),
      layers: 2,
      namedBy: "label",
    });
    expect(origins(sbom)).toEqual({ zlib1g: true, kept: true, mine: false });
  });

  it("does not take an upgraded package for the base image's", async () => {
    const { diffIds } = await scan([base]);
    const { sbom } = await scan(
      [base, upgraded, removed],
      {},
      { bases: [{ reference: "debian:13", digest: null, diffIds }] },
    );
    expect(sbom.base).toMatchObject({ reference: "debian:13", layers: 1, namedBy: "user" });
    expect(origins(sbom)).toEqual({ zlib1g: false, kept: true, mine: false });
  });

  it("does not take a copy of the base image's package elsewhere for the base image's", async () => {
    const lib = (name: string) => JSON.stringify({ name, version: "1.0.0" });
    const lower = {
      "usr/lib/node_modules/left/package.json": lib("left"),
      "usr/lib/node_modules/right/package.json": lib("right"),
    };
    const { diffIds } = await scan([lower]);
    const bases = [{ reference: "node:24", digest: null, diffIds }];
    const { sbom } = await scan([lower, { "app/node_modules/left/package.json": lib("left") }], {}, { bases });
    expect(origins(sbom)).toEqual({ left: false, right: true });
  });

  it("believes no base image whose layers are not there, or are all there is", async () => {
    const { diffIds } = await scan([base, upgraded]);
    const other = { reference: "other", digest: null, diffIds: [...diffIds].reverse() };
    const longer = { reference: "longer", digest: null, diffIds: [...diffIds, ...diffIds] };
    const same = { reference: "same", digest: null, diffIds };
    const none = { reference: "none", digest: null, diffIds: [] };
    const { sbom } = await scan([base, upgraded], {}, { bases: [other, longer, same, none] });
    expect(sbom.base).toBeNull();
    expect(new Set(sbom.packages.map(({ fromBase }) => fromBase))).toEqual(new Set([null]));
    const forged = await scan([base, upgraded], { container: { labels: { "io.hardpan.chain-id": diffIds[1] ?? "" } } });
    expect(forged.sbom.base).toBeNull();
  });

  it("proves a base image that an annotation names once that was scanned", async () => {
    const cache = await openCache(await temporaryFolder());
    const lower = await scan([base], {}, { cache });
    const labels = { "org.opencontainers.image.base.digest": lower.sbom.image.digest ?? "" };
    const { sbom } = await scan([base, removed], { container: { labels } }, { cache });
    expect(sbom.base).toMatchObject({ digest: lower.sbom.image.digest, layers: 1, namedBy: "annotation" });
  });
});

describe("the memory of layers", () => {
  it("reads only layers that no image before had, with the same result", async () => {
    const cache = await openCache(await temporaryFolder());
    await scan([base, upgraded], {}, { cache });
    const { store, manifest } = await testImage([base, upgraded, removed]);
    const image = await openImage(store, "test");
    const fetched: string[] = [];
    const source: Source = {
      resolve: async (reference) => await store.resolve(reference),
      async fetch(descriptor) {
        if (!isManifest(descriptor.mediaType)) fetched.push(descriptor.digest);
        return await store.fetch(descriptor);
      },
    };
    const again = await scanImage(source, image, { reference: "x", cache });
    expect(fetched).toEqual([manifest.layers[2]?.digest]);
    expect(again.sbom).toEqual((await scan([base, upgraded, removed])).sbom);
    expect(again.sbom.removed).toHaveLength(3);
  });

  it("reads a layer again whose record is damaged or of another schema", async () => {
    const cache = await openCache(await temporaryFolder());
    const first = await scan([base], {}, { cache });
    const key = (first.digests[0] ?? "").replace(":", "-");
    for (const record of [null, { schema: "other" }, { schema: "hardpan/scan-record/7", sha256: "0".repeat(64) }]) {
      await cache.writeRecord("layer-scan", key, record);
      expect((await scan([base, removed], {}, { cache })).sbom.packages.map(({ name }) => name)).toContain("mine");
    }
  });
});

function origins(sbom: Sbom): Record<string, boolean | null> {
  return Object.fromEntries(sbom.packages.map(({ name, fromBase }) => [name, fromBase]));
}
