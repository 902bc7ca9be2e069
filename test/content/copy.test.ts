import { describe, expect, it } from "vitest";
import { type CopyEvent, copy } from "../../src/content/copy.ts";
import { createDiscardTarget } from "../../src/content/discard.ts";
import { createMemoryStore, once } from "../../src/content/memory.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import type { Source, Target } from "../../src/oci/graph.ts";
import { encodeManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { pushTinyImage, pushTinyIndex, put, tinyStore } from "../support/tiny-image.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };

/** A target that tells what was done to it, in order. */
function recording(target: Target) {
  const calls: string[] = [];
  const recorded: Target = {
    exists: async (descriptor) => await target.exists(descriptor),
    async push(descriptor, content, signal) {
      await target.push(descriptor, content, signal);
      calls.push(`push ${descriptor.digest}`);
    },
    async tag(descriptor, reference) {
      await target.tag(descriptor, reference);
      calls.push(`tag ${reference}`);
    },
  };
  return { calls, recorded };
}

describe("copy", () => {
  it("brings over everything an index points to, children before parents and the name last", async () => {
    const store = createMemoryStore();
    const root = await pushTinyIndex(store, [amd64, arm64]);
    await store.tag(root, "latest");
    const back = createMemoryStore();
    const { calls, recorded } = recording(back);
    expect(await copy(store, recorded, { reference: "latest" })).toEqual(root);
    expect([...back.blobs]).toHaveLength(store.blobs.size);
    expect(calls.slice(-2)).toEqual([`push ${root.digest}`, "tag latest"]);
    const blobs = new Map<string, Uint8Array>(store.blobs);
    let checked = 0;
    for (const [digest, bytes] of blobs) {
      const mentioned =
        Buffer.from(bytes)
          .toString("latin1")
          .match(/sha256:[a-f0-9]{64}/g) ?? [];
      for (const child of mentioned.filter((name) => blobs.has(name))) {
        expect(calls.indexOf(`push ${child}`)).toBeLessThan(calls.indexOf(`push ${digest}`));
        checked += 1;
      }
    }
    expect(checked).toBe(8);
  });

  it("pushes what two manifests share once", async () => {
    const store = createMemoryStore();
    const root = await pushTinyIndex(store, [amd64, arm64]);
    const { calls, recorded } = recording(createMemoryStore());
    await copy(store, recorded, { reference: root });
    const pushes = calls.filter((call) => call.startsWith("push"));
    expect(new Set(pushes).size).toBe(pushes.length);
  });

  it("leaves out what is there", async () => {
    const { store } = await tinyStore();
    const back = createMemoryStore();
    await copy(store, back, { reference: "latest" });
    const { calls, recorded } = recording(back);
    const events: CopyEvent[] = [];
    await copy(store, recorded, {
      reference: "latest",
      targetReferences: ["again"],
      progress: (event) => events.push(event),
    });
    expect(calls).toEqual(["tag again"]);
    expect(events).toMatchObject([{ kind: "done", outcome: "existing" }]);
  });

  it("copies one platform out of an index", async () => {
    const store = createMemoryStore();
    const root = await pushTinyIndex(store, [amd64, arm64]);
    const back = createMemoryStore();
    const copied = await copy(store, back, { reference: root, platform: arm64, targetReferences: ["a", "b"] });
    expect(copied.mediaType).toBe(mediaTypes.manifest);
    expect(back.blobs.size).toBe(4);
    expect([...back.tags.keys()]).toEqual(["a", "b"]);
  });

  it("tells how many bytes went over", async () => {
    const { store } = await tinyStore();
    let bytes = 0;
    const target = createDiscardTarget();
    await copy(store, target, {
      reference: "latest",
      progress: (event) => (bytes += event.kind === "bytes" ? event.bytes : 0),
    });
    const size = [...store.blobs.values()].reduce((sum, blob) => sum + blob.length, 0);
    expect(bytes).toBe(size);
    expect(target.bytes()).toBe(size);
    expect(target.pushes()).toBe(3);
  });

  it("never names an image of which something is missing or wrong", async () => {
    const { store } = await tinyStore();
    const wrong = (spoil: (bytes: Uint8Array) => Uint8Array): Source => ({
      resolve: async (reference) => await store.resolve(reference),
      fetch: async (descriptor: Descriptor) => once(spoil(store.blobs.get(descriptor.digest) ?? new Uint8Array(0))),
    });
    for (const spoil of [
      (bytes: Uint8Array) => bytes.map((byte) => byte ^ 1),
      (bytes: Uint8Array) => bytes.subarray(1),
      (bytes: Uint8Array) => Buffer.concat([bytes, bytes]),
    ]) {
      const back = createMemoryStore();
      await expect(copy(wrong(spoil), back, { reference: "latest" })).rejects.toMatchObject({
        code: "OCI_CONTENT_MISMATCH",
      });
      expect(back.tags.size).toBe(0);
      expect(back.blobs.size).toBe(0);
    }
  });

  it("has stopped everything when it fails", async () => {
    const store = createMemoryStore();
    const layers = Array.from({ length: 8 }, (_, at) => ({ [`file${at}`]: String(at) }));
    const root = await pushTinyImage(store, { layers });
    let running = 0;
    let started = 0;
    const target: Target = {
      exists: async () => false,
      async push(_descriptor, content) {
        running += 1;
        started += 1;
        const turn = started;
        for await (const _ of content) await new Promise((resolve) => setTimeout(resolve, turn === 2 ? 1 : 20));
        running -= 1;
        if (turn === 2) throw new Error("disk on fire");
      },
      tag: async () => {},
    };
    await expect(copy(store, target, { reference: root, concurrency: 3 })).rejects.toThrow("disk on fire");
    expect(started).toBeLessThan(9);
    const before = started;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(started).toBe(before);
    expect(running).toBeLessThanOrEqual(2);
  });

  it("never has more blobs on their way than allowed", async () => {
    const store = createMemoryStore();
    const layers = Array.from({ length: 12 }, (_, at) => ({ [`file${at}`]: String(at) }));
    const root = await pushTinyImage(store, { layers });
    for (const [target, limit] of [
      [{}, 3],
      [{ sequential: true }, 1],
    ] as const) {
      let running = 0;
      let most = 0;
      const slow: Target = {
        ...target,
        exists: async () => false,
        async push(_descriptor, content) {
          running += 1;
          most = Math.max(most, running);
          for await (const _ of content) await new Promise((resolve) => setTimeout(resolve, 2));
          running -= 1;
        },
        tag: async () => {},
      };
      await copy(store, slow, { reference: root, concurrency: 3 });
      expect(most).toBe(limit);
    }
  });

  it("does not ask for layers that may not be distributed", async () => {
    const { store } = await tinyStore();
    const foreign = { mediaType: mediaTypes.dockerForeignLayerGzip, digest: sha256Digest("elsewhere"), size: 9 };
    const config = await put(store, mediaTypes.config, Buffer.from("{}"));
    const bytes = encodeManifest({ mediaType: mediaTypes.manifest, config, layers: [foreign] });
    const root = await put(store, mediaTypes.manifest, bytes);
    const back = createMemoryStore();
    await copy(store, back, { reference: root });
    expect(back.blobs.size).toBe(2);
  });

  it("refuses an index that is nested too deeply", async () => {
    const store = createMemoryStore();
    let root = await pushTinyImage(store);
    for (let depth = 0; depth < 12; depth++) {
      const document = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [root] };
      root = await put(store, mediaTypes.index, Buffer.from(JSON.stringify(document)));
    }
    await expect(copy(store, createMemoryStore(), { reference: root })).rejects.toMatchObject({
      code: "OCI_DOCUMENT_INVALID",
    });
  });

  it("stops when the signal is aborted on the way", async () => {
    const { store } = await tinyStore();
    const stop = new AbortController();
    const back = createMemoryStore();
    const progress = () => stop.abort(new Error("stopped by the user"));
    const copied = copy(store, back, { reference: "latest", signal: stop.signal, progress });
    await expect(copied).rejects.toThrow("stopped by the user");
    expect(back.tags.size).toBe(0);
  });
});
