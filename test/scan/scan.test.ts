import { describe, expect, it } from "vitest";
import { openCache } from "../../src/cache/cache.ts";
import { openImage } from "../../src/facts/image.ts";
import type { Source } from "../../src/oci/graph.ts";
import { isManifest } from "../../src/oci/media-type.ts";
import { scanImage } from "../../src/scan/scan.ts";
import { program, testImage } from "../facts/layers.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { statusStanza, trixie } from "./tree.ts";

const layers = [
  { "etc/os-release": trixie, "usr/bin/bash": program(), "etc/passwd": "app:x:1000:1000::/:/\n" },
  {
    "var/lib/dpkg/status": [
      statusStanza({ Package: "zlib1g", Version: "1.3.1-1" }),
      statusStanza({ Package: "bash", Version: "5.2-1" }),
    ].join("\n"),
    "app/node_modules/b/package.json": '{"name":"b","version":"1.0.0"}',
    "app/node_modules/a/package.json": '{"name":"a","version":"10.0.0"}',
    "app/node_modules/c/node_modules/a/package.json": '{"name":"a","version":"2.0.0"}',
  },
];

describe("scanImage", () => {
  it("says what is in an image and what the image has, packages sorted by type, name and version", async () => {
    const { store } = await testImage(layers, { container: { user: "app" } });
    const image = await openImage(store, "test");
    const seen: (readonly string[])[] = [];
    const { sbom, facts } = await scanImage(store, image, {
      reference: "oci-dir://x",
      see: (tree) => seen.push(tree.layers.map((layer) => layer.diffId)),
    });
    expect(sbom.image).toEqual({ reference: "oci-dir://x", digest: image.identity.digest, platform: "linux/amd64" });
    expect(sbom.packages.map((item) => item.purl)).toEqual([
      "pkg:deb/debian/bash@5.2-1?arch=amd64&distro=debian-13",
      "pkg:deb/debian/zlib1g@1.3.1-1?arch=amd64&distro=debian-13",
      "pkg:npm/a@10.0.0",
      "pkg:npm/a@2.0.0",
      "pkg:npm/b@1.0.0",
    ]);
    expect(facts).toMatchObject({ user: "app", uid: 1000, shells: ["/usr/bin/bash"], layers: 2 });
    expect(seen).toEqual([image.config.diffIds]);
  });

  it("remembers a scan by the digest of the manifest and then reads no layer", async () => {
    const { store } = await testImage(layers);
    const cache = await openCache(await temporaryFolder());
    const image = await openImage(store, "test");
    const first = await scanImage(store, image, { reference: "one", cache });
    const second = await scanImage(withoutLayers(store), image, { reference: "two", cache });
    expect([first.isRemembered, second.isRemembered]).toEqual([false, true]);
    expect(second.facts).toEqual(first.facts);
    expect(second.sbom).toEqual({ ...first.sbom, image: { ...first.sbom.image, reference: "two" } });
  });

  it("scans again what a record of another schema or another image remembers", async () => {
    const { store } = await testImage(layers);
    const folder = await temporaryFolder();
    const cache = await openCache(folder);
    const image = await openImage(store, "test");
    const key = image.identity.digest.replace(":", "-");
    const first = await scanImage(store, image, { reference: "one", cache });
    const record = await cache.record("scan", key);
    const other = { ...first.sbom, image: { ...first.sbom.image, digest: `sha256:${"0".repeat(64)}` } };
    const unfit = [{ schema: "hardpan/scan-record/0" }, { sbom: other }, { sbom: { packages: [] } }, { facts: null }];
    for (const change of unfit) {
      await cache.writeRecord("scan", key, { ...Object(record), ...change });
      expect((await scanImage(store, image, { reference: "two", cache })).isRemembered).toBe(false);
      expect((await scanImage(store, image, { reference: "two", cache })).isRemembered).toBe(true);
    }
  });

  it("keeps no record of a scan that failed", async () => {
    const { store } = await testImage(layers);
    const cache = await openCache(await temporaryFolder());
    const image = await openImage(store, "test");
    const limits = { entries: 2 };
    await expect(scanImage(store, image, { reference: "one", cache, limits })).rejects.toMatchObject({
      code: "FACTS_TOO_LARGE",
    });
    expect((await scanImage(store, image, { reference: "one", cache })).isRemembered).toBe(false);
  });
});

/** A source that has manifests and configurations only. */
function withoutLayers(source: Source): Source {
  return {
    ...source,
    async fetch(descriptor, signal) {
      if (!isManifest(descriptor.mediaType)) throw new Error(`${descriptor.mediaType} was read`);
      return await source.fetch(descriptor, signal);
    },
  };
}
