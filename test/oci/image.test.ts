import { describe, expect, it } from "vitest";
import { createMemoryStore, type MemoryStore, once } from "../../src/content/memory.ts";
import { emptyContainerConfig, encodeConfig } from "../../src/oci/config.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { readImage } from "../../src/oci/image.ts";
import { encodeIndex } from "../../src/oci/image-index.ts";
import { encodeManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { readVerified, verified } from "../../src/oci/verify.ts";
import { pushTinyImage, pushTinyIndex, put, tinyStore } from "../support/tiny-image.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const riscv = { os: "linux", architecture: "riscv64" };

async function pushIndex(store: MemoryStore, manifests: readonly Descriptor[]): Promise<Descriptor> {
  return await put(store, mediaTypes.index, encodeIndex({ mediaType: mediaTypes.index, manifests }));
}

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

  it("takes the only image of an index whatever it is for, and of several the preferred one", async () => {
    const store = createMemoryStore();
    const one = await pushTinyIndex(store, [arm64]);
    const two = await pushTinyIndex(store, [amd64, arm64]);
    const platformOf = async (reference: Descriptor) =>
      (await readImage(store, { reference, preferred: amd64 })).config.platform;
    expect(await platformOf(one)).toEqual(arm64);
    expect(await platformOf(two)).toEqual(amd64);
    await expect(platformOf(await pushTinyIndex(store, [arm64, riscv]))).rejects.toMatchObject({
      code: "OCI_PLATFORM_ABSENT",
      message: expect.stringContaining("is for several platforms: linux/arm64, linux/riscv64"),
    });
  });

  it("looks into indices of an index, and into images that are named without a platform", async () => {
    const store = createMemoryStore();
    const unnamed = [await pushTinyImage(store, { platform: amd64 }), await pushTinyImage(store, { platform: arm64 })];
    const inner = await pushIndex(store, unnamed);
    const outer = await pushIndex(store, [inner, await pushTinyIndex(store, [riscv])]);
    for (const platform of [amd64, arm64, riscv]) {
      expect((await readImage(store, { reference: outer, platform })).config.platform).toEqual(platform);
    }
    await expect(readImage(store, { reference: outer })).rejects.toMatchObject({
      message: expect.stringContaining("linux/amd64, linux/arm64, linux/riscv64"),
    });
  });

  it("leaves aside attestations and artifacts that name no platform", async () => {
    const store = createMemoryStore();
    const image = await pushTinyImage(store);
    const other = await pushTinyImage(store, { layers: [{ other: "" }] });
    const attached = [
      { ...other, annotations: { "vnd.docker.reference.type": "attestation-manifest" } },
      { ...other, artifactType: "application/vnd.example.sbom" },
    ];
    const index = await pushIndex(store, [image, ...attached]);
    expect((await readImage(store, { reference: index })).descriptor).toEqual(image);
    await expect(readImage(store, { reference: await pushIndex(store, attached) })).rejects.toMatchObject({
      code: "OCI_DOCUMENT_INVALID",
      message: expect.stringContaining("has no image in it"),
    });
  });

  it("ends with an error in indices that are nested too deeply, too many, or say they are their own part", async () => {
    const store = createMemoryStore();
    let deep = await pushTinyIndex(store, [amd64]);
    for (let depth = 0; depth < 9; depth++) deep = await pushIndex(store, [deep]);
    const many = [];
    for (let count = 0; count < 65; count++) {
      many.push(await pushIndex(store, [await pushTinyImage(store, { container: { user: String(count) } })]));
    }
    for (const [index, message] of [
      [deep, "nested deeper than 8"],
      [await pushIndex(store, many), "more than 64 indices"],
    ] as const) {
      await expect(readImage(store, { reference: index, platform: amd64 })).rejects.toMatchObject({
        code: "OCI_DOCUMENT_INVALID",
        message: expect.stringContaining(message),
      });
    }
    const digest = sha256Digest("an index");
    const bytes = encodeIndex({ mediaType: mediaTypes.index, manifests: [{ ...deep, digest, size: 300 }] });
    const itself = { mediaType: mediaTypes.index, digest, size: bytes.length };
    const liar = { resolve: async () => itself, fetch: async () => once(bytes) };
    await expect(readImage(liar, { reference: itself })).rejects.toMatchObject({ code: "OCI_CONTENT_MISMATCH" });
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
