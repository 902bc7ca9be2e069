import { describe, expect, it } from "vitest";
import { takeInventory } from "../../src/content/inventory.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { encodeIndex } from "../../src/oci/image-index.ts";
import { encodeManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { pushTinyImage, pushTinyIndex, put, tinyStore } from "../support/tiny-image.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };

describe("an inventory", () => {
  it("counts what platforms share once in all, and for each of them", async () => {
    const store = createMemoryStore();
    const root = await pushTinyIndex(store, [amd64, arm64]);
    const { images, sizes, unpacked } = await takeInventory(store, root);
    const total = [...store.blobs.values()].reduce((sum, { length }) => sum + length, 0);
    expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBe(total);
    expect(images.map(({ platform }) => platform)).toEqual([amd64, arm64]);
    expect(images.reduce((sum, { size }) => sum + size, root.size)).toBeGreaterThan(total);
    expect(unpacked).toBe(false);
  });

  it("takes the platform of an image that stands alone from its configuration, and sees unpacked layers", async () => {
    const { store, root } = await tinyStore({ platform: arm64, compression: "none" });
    const total = [...store.blobs.values()].reduce((sum, { length }) => sum + length, 0);
    expect(await takeInventory(store, root)).toMatchObject({
      images: [{ platform: arm64, digest: root.digest, size: total }],
      unpacked: true,
    });
  });

  it("leaves attestations out of the images, and knows no platform of other artifacts", async () => {
    const store = createMemoryStore();
    const image = await pushTinyImage(store);
    const config = await put(store, mediaTypes.config, Buffer.from('{"name":"a chart"}'));
    const chart = await put(
      store,
      mediaTypes.manifest,
      encodeManifest({ mediaType: mediaTypes.manifest, config, layers: [] }),
    );
    const unknown = { os: "unknown", architecture: "unknown" };
    const index = encodeIndex({
      mediaType: mediaTypes.index,
      manifests: [
        { ...image, platform: amd64 },
        { ...chart, platform: unknown },
      ],
    });
    const root = await put(store, mediaTypes.index, index);
    const { images, sizes } = await takeInventory(store, root);
    expect(images).toMatchObject([{ platform: amd64, digest: image.digest }]);
    expect(sizes.has(chart.digest)).toBe(true);
    expect((await takeInventory(store, chart)).images).toMatchObject([{ platform: null, digest: chart.digest }]);
  });
});
