import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/content/memory.ts";
import { openImage } from "../../src/facts/image.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { pushTinyIndex, put } from "../support/tiny-image.ts";
import { testImage } from "./layers.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };

describe("openImage", () => {
  it("identifies the image by the digest of its platform's manifest", async () => {
    const store = createMemoryStore();
    const index = await pushTinyIndex(store, [amd64, arm64]);
    await store.tag(index, "both");
    const image = await openImage(store, "both", { platform: arm64 });
    expect(image.identity).toEqual({
      reference: "both",
      digest: image.manifestDescriptor.digest,
      platform: "linux/arm64",
    });
    expect(image.identity.digest).not.toBe(index.digest);
    expect(image.config.platform).toEqual(arm64);
  });

  it("opens what a descriptor names, under its digest", async () => {
    const { store, descriptor } = await testImage([{ a: "1" }]);
    expect((await openImage(store, descriptor)).identity.reference).toBe(descriptor.digest);
  });

  it("refuses a platform that is not offered", async () => {
    const { store } = await testImage([{ a: "1" }]);
    await expect(openImage(store, "test", { platform: arm64 })).rejects.toMatchObject({ code: "OCI_PLATFORM_ABSENT" });
  });

  it("refuses what is not an image", async () => {
    const store = createMemoryStore();
    const blob = await put(store, mediaTypes.layer, Buffer.from("{}"));
    await expect(openImage(store, blob)).rejects.toMatchObject({ code: "OCI_DOCUMENT_INVALID" });
  });
});
