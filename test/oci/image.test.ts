import { describe, expect, it } from "vitest";
import { createMemoryStore, once } from "../../src/content/memory.ts";
import { emptyContainerConfig, encodeConfig } from "../../src/oci/config.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { readImage } from "../../src/oci/image.ts";
import { encodeIndex } from "../../src/oci/image-index.ts";
import { encodeManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { readVerified, verified } from "../../src/oci/verify.ts";
import { pushTinyImage, pushTinyIndex, put, tinyStore } from "../support/tiny-image.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };

describe("reading an image", () => {
  it("gives its manifest and configuration with the bytes as they came", async () => {
    const { store, root } = await tinyStore();
    const image = await readImage(store, { reference: "latest" });
    expect(image.descriptor).toEqual(root);
    expect(image.config.container.cmd).toEqual(["/hello"]);
    expect(sha256Digest(image.manifestBytes)).toBe(root.digest);
    expect(sha256Digest(image.configBytes)).toBe(image.manifest.config.digest);
  });

  it("chooses the platform from an index, and the only image from an index of one", async () => {
    const store = createMemoryStore();
    const two = await pushTinyIndex(store, [amd64, arm64]);
    const one = await pushTinyIndex(store, [arm64]);
    expect((await readImage(store, { reference: two, platform: arm64 })).config.platform).toEqual(arm64);
    expect((await readImage(store, { reference: one })).config.platform).toEqual(arm64);
  });

  it("leaves aside what BuildKit attaches to an index as platform unknown/unknown", async () => {
    const store = createMemoryStore();
    const image = await pushTinyImage(store);
    const attestation = { ...image, platform: { os: "unknown", architecture: "unknown" } };
    const manifests = [{ ...image, platform: amd64 }, attestation];
    const index = await put(store, mediaTypes.index, encodeIndex({ mediaType: mediaTypes.index, manifests }));
    expect((await readImage(store, { reference: index })).descriptor).toEqual(image);
  });

  it("names the platforms there are when the wanted one is not", async () => {
    const { root, store } = await tinyStore();
    const index = await pushTinyIndex(store, [amd64, arm64]);
    const wanted = { os: "linux", architecture: "s390x" };
    for (const [reference, offered] of [
      [index, "linux/amd64, linux/arm64"],
      [root, "linux/amd64"],
    ] as const) {
      await expect(readImage(store, { reference, platform: wanted })).rejects.toMatchObject({
        code: "OCI_PLATFORM_ABSENT",
        message: expect.stringContaining(`is not for linux/s390x, but for ${offered}`),
      });
    }
  });

  it("refuses an artifact and an image whose layers and diff_ids differ in number", async () => {
    const store = createMemoryStore();
    const empty = await put(store, mediaTypes.empty, Buffer.from("{}"));
    const config = { platform: amd64, container: emptyContainerConfig, diffIds: [], history: [] };
    const bare = await put(store, mediaTypes.config, encodeConfig(config));
    for (const wrong of [empty, bare]) {
      const bytes = encodeManifest({ mediaType: mediaTypes.manifest, config: wrong, layers: [empty] });
      const manifest = await put(store, mediaTypes.manifest, bytes);
      await expect(readImage(store, { reference: manifest })).rejects.toMatchObject({ code: "OCI_DOCUMENT_INVALID" });
    }
  });
});

describe("verification", () => {
  const descriptor = { mediaType: "text/plain", digest: sha256Digest("hello"), size: 5 };
  async function* pieces(...texts: string[]) {
    for (const text of texts) yield Buffer.from(text);
  }
  const readAll = async (content: AsyncIterable<Uint8Array>) => {
    const chunks = [];
    for await (const chunk of content) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  it("passes on what is right", async () => {
    expect(await readAll(verified(pieces("he", "", "llo"), descriptor))).toBe("hello");
  });

  it.each([
    ["too short", ["hell"]],
    ["too long", ["hello", "!"]],
    ["other content", ["hallo"]],
    ["nothing", []],
  ])("fails for %s", async (_, texts) => {
    await expect(readAll(verified(pieces(...texts), descriptor))).rejects.toMatchObject({
      code: "OCI_CONTENT_MISMATCH",
    });
  });

  it("stops reading as soon as there is too much", async () => {
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken += 1;
        yield Buffer.from("xxx");
      }
    }
    await expect(readAll(verified(endless(), descriptor))).rejects.toMatchObject({ code: "OCI_CONTENT_MISMATCH" });
    expect(taken).toBe(2);
  });

  it("does not begin to read what is announced as larger than allowed", async () => {
    const source = { resolve: async () => descriptor, fetch: async () => Promise.reject(new Error("was fetched")) };
    await expect(readVerified(source, descriptor, { limit: 4 })).rejects.toMatchObject({
      code: "OCI_CONTENT_MISMATCH",
    });
    const store = createMemoryStore();
    await store.push(descriptor, once(Buffer.from("hello")));
    expect(Buffer.from(await readVerified(store, descriptor, { limit: 5 })).toString()).toBe("hello");
  });
});
