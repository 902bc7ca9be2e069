import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CopyEvent, copy } from "../../../src/content/copy.ts";
import { type Layout, openLayout, writeLayout } from "../../../src/content/layout.ts";
import { createMemoryStore, type MemoryStore } from "../../../src/content/memory.ts";
import { createHttp } from "../../../src/http/fetch.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { sha256Digest } from "../../../src/oci/digest.ts";
import type { Source, Target } from "../../../src/oci/graph.ts";
import { encodeIndex, parseIndex } from "../../../src/oci/image-index.ts";
import { encodeManifest } from "../../../src/oci/manifest.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";
import { parseReference } from "../../../src/oci/reference.ts";
import { openRepository } from "../../../src/remote/repository.ts";
import { startRegistry } from "../../support/registry.ts";
import { pushTinyImage, pushTinyIndex, pushTinyReferrer, put } from "../../support/tiny-image.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };
const http = createHttp({ fetch, userAgent: "hardpan-test/0", sleep: async () => {}, limits: { attempts: 1 } });

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hardpan-referrers-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** An index of two platforms: a signature of the index, a list of one platform's contents, and a signature of that list. */
async function signedImage() {
  const store = createMemoryStore();
  const root = await pushTinyIndex(store, [amd64, arm64]);
  await store.tag(root, "1.0");
  const platform = parseIndex(store.blobs.get(root.digest) ?? new Uint8Array(0)).manifests[1] ?? root;
  const signature = await pushTinyReferrer(store, { subject: root, artifactType: "application/signature" });
  const sbom = await pushTinyReferrer(store, { subject: platform, text: "what is inside" });
  const ofSbom = await pushTinyReferrer(store, { subject: sbom, artifactType: "application/signature", text: "seal" });
  return { store, root, platform, signature, sbom, ofSbom };
}

function contentOf(store: MemoryStore) {
  return new Map([...store.blobs].sort());
}

async function copyWith(source: Source, target: Target, reference: string | Descriptor = "1.0") {
  const events: CopyEvent[] = [];
  const progress = (event: CopyEvent) => events.push(event);
  const root = await copy(source, target, { reference, targetReferences: ["1.0"], referrers: true, progress });
  const digests = (kind: CopyEvent["kind"]) =>
    events.filter((event) => event.kind === kind).map(({ descriptor }) => descriptor.digest);
  return { root, events, referrers: digests("referrer"), leftOut: digests("left-out") };
}

describe("copying referrers", () => {
  it("brings over those of the index, of its platforms, and theirs, after the root and before its name", async () => {
    const { store, root, signature, sbom, ofSbom } = await signedImage();
    const back = createMemoryStore();
    const names: string[] = [];
    const target: Target = {
      ...back,
      async tag(descriptor, reference) {
        expect(back.blobs.has(root.digest)).toBe(true);
        names.push(reference);
        await back.tag(descriptor, reference);
      },
    };
    const copied = await copyWith(store, target);
    expect(copied.root).toEqual(root);
    expect(copied.referrers).toEqual([sbom.digest, ofSbom.digest, signature.digest]);
    expect(names).toEqual([...copied.referrers, "1.0"]);
    expect(contentOf(back)).toEqual(contentOf(store));
    expect(await back.referrers?.(sbom)).toEqual([ofSbom]);
  });

  it("leaves them where they are unless it is asked for", async () => {
    const { store, signature } = await signedImage();
    const back = createMemoryStore();
    await copy(store, back, { reference: "1.0" });
    expect(back.blobs.has(signature.digest)).toBe(false);
  });

  it("takes only those of the platform that is copied", async () => {
    const { store, sbom, ofSbom } = await signedImage();
    const back = createMemoryStore();
    const referrers: string[] = [];
    const progress = (event: CopyEvent) => event.kind === "referrer" && referrers.push(event.descriptor.digest);
    await copy(store, back, { reference: "1.0", platform: arm64, referrers: true, progress });
    expect(referrers).toEqual([sbom.digest, ofSbom.digest]);
    await copy(store, createMemoryStore(), { reference: "1.0", platform: amd64, referrers: true, progress });
    expect(referrers).toHaveLength(2);
  });

  it("sends nothing again the second time, and says so", async () => {
    const { store } = await signedImage();
    const back = createMemoryStore();
    await copyWith(store, back);
    const again = await copyWith(store, back);
    expect(again.referrers).toHaveLength(3);
    expect(again.events.filter(({ kind }) => kind === "bytes")).toEqual([]);
  });

  it("goes on where it was interrupted, and lists what had been sent and not been listed", async () => {
    const { store, root, signature } = await signedImage();
    await using registry = await startRegistry();
    const repository = () => openRepository(parseReference(`${registry.host}/team/app`), { http });
    const stop = new AbortController();
    const progress = (event: CopyEvent) => event.kind === "referrer" && stop.abort(new Error("stopped by the user"));
    const options = { reference: "1.0", referrers: true } as const;
    await expect(copy(store, repository(), { ...options, signal: stop.signal, progress })).rejects.toThrow(
      "by the user",
    );
    expect(registry.manifests.get("team/app")?.has("1.0")).toBe(false);
    // As a program leaves it that stores the manifest and keeps no list.
    await copy(store, repository(), { reference: signature });
    registry.manifests.get("team/app")?.delete(root.digest.replace(":", "-"));
    await copy(store, repository(), options);
    expect(await repository().referrers(root)).toEqual([signature]);
  });

  it("does not believe a list: each referrer must name its subject, be there and be a manifest", async () => {
    const { store, root, signature, sbom, ofSbom } = await signedImage();
    const elsewhere = await pushTinyImage(store, { layers: [{ other: "image" }] });
    const absent = { mediaType: mediaTypes.manifest, digest: sha256Digest("gone"), size: 4 };
    const strange = {
      mediaType: "application/vnd.oci.artifact.manifest.v1+json",
      digest: sha256Digest("old"),
      size: 3,
    };
    const lying: Source = {
      ...store,
      referrers: async ({ digest }) => (digest === root.digest ? [elsewhere, absent, signature, sbom, strange] : []),
    };
    const back = createMemoryStore();
    const copied = await copyWith(lying, back);
    expect(copied.referrers).toEqual([signature.digest]);
    expect(copied.events.filter(({ kind }) => kind === "left-out")).toMatchObject([
      { descriptor: elsewhere, reason: "refers to something else", subject: root.digest },
      { descriptor: absent, reason: "absent" },
      { descriptor: { digest: sbom.digest }, reason: "refers to something else" },
      { descriptor: strange, reason: "neither manifest nor index" },
    ]);
    for (const { digest } of [elsewhere, sbom, ofSbom]) expect(back.blobs.has(digest)).toBe(false);
  });

  it("fails, without naming the image, when a referrer's content is not what its digest says", async () => {
    const { store, signature } = await signedImage();
    const spoilt: Source = {
      ...store,
      async fetch(descriptor) {
        const content = await store.fetch(descriptor);
        if (descriptor.digest !== signature.digest) return content;
        return (async function* () {
          for await (const chunk of content) yield chunk.map((byte) => byte ^ 1);
        })();
      },
    };
    const back = createMemoryStore();
    await expect(copyWith(spoilt, back)).rejects.toMatchObject({ code: "OCI_CONTENT_MISMATCH" });
    expect(back.tags.size).toBe(0);
  });

  it("refuses an endless chain of referrers", async () => {
    const { store, root } = await signedImage();
    let subject = root;
    for (let depth = 0; depth < 9; depth++) subject = await pushTinyReferrer(store, { subject, text: String(depth) });
    await expect(copyWith(store, createMemoryStore())).rejects.toMatchObject({
      code: "OCI_DOCUMENT_INVALID",
      message: expect.stringContaining("chain"),
    });
  });

  it("finds none in a source that keeps none", async () => {
    const { store } = await signedImage();
    const { resolve, fetch: read } = store;
    expect((await copyWith({ resolve, fetch: read }, createMemoryStore())).referrers).toEqual([]);
  });

  it.each([true, false])("goes through a registry and back, whether it has the API: %s", async (referrers) => {
    await using registry = await startRegistry({ referrers, pageSize: 1 });
    const repository = () => openRepository(parseReference(`${registry.host}/team/app`), { http });
    const { store, root, platform, signature, sbom } = await signedImage();
    await copyWith(store, repository());
    expect(await repository().referrers(root)).toEqual([signature]);
    expect(await repository().referrers(platform)).toEqual([sbom]);
    const tags = await repository().tags();
    expect(tags.filter((tag) => !tag.startsWith("sha256-"))).toEqual(["1.0"]);
    expect(tags).toHaveLength(referrers ? 1 : 4);
    const back = createMemoryStore();
    expect((await copyWith(repository(), back)).referrers).toHaveLength(3);
    expect(contentOf(back)).toEqual(contentOf(store));
  });
});

describe("referrers in a layout", () => {
  const at = (name: string) => join(folder, name);
  const write = async (name: string, source: Source) =>
    await writeLayout(at(name), async (layout: Layout) => await copyWith(source, layout));
  const filesOf = async (name: string) => {
    const entries = await readdir(at(name), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const read = files.map(
      async (file) => [file.slice(at(name).length), (await readFile(file)).toString("base64")] as const,
    );
    return new Map((await Promise.all(read)).sort());
  };

  it("are in index.json without a name, and found by their subject", async () => {
    const { store, root, platform, signature, sbom, ofSbom } = await signedImage();
    await write("out", store);
    const index = JSON.parse(await readFile(join(at("out"), "index.json"), "utf8"));
    expect(index.manifests.map((entry: Descriptor) => [entry.digest, entry.artifactType, entry.annotations])).toEqual([
      [sbom.digest, "application/vnd.example.sbom", undefined],
      [ofSbom.digest, "application/signature", undefined],
      [signature.digest, "application/signature", undefined],
      [root.digest, undefined, { "org.opencontainers.image.ref.name": "1.0" }],
    ]);
    const layout = await openLayout(at("out"));
    expect(await layout.referrers?.(root)).toEqual([signature]);
    expect(await layout.referrers?.(platform)).toEqual([sbom]);
    expect(await layout.referrers?.(sbom, { artifactType: "application/signature" })).toEqual([ofSbom]);
    expect(await layout.referrers?.(sbom, { artifactType: "application/other" })).toEqual([]);
  });

  it("do not stand in the way of the only image", async () => {
    const { store, root, signature } = await signedImage();
    await write("out", store);
    const layout = await openLayout(at("out"));
    expect(await layout.choose(null)).toEqual(root);
    expect(await layout.images()).toMatchObject([{ descriptor: root, names: ["1.0"] }]);
    expect(await layout.choose(signature.digest)).toMatchObject({ digest: signature.digest });
  });

  it("go to a registry and come back as the same files", async () => {
    const { store } = await signedImage();
    await write("out", store);
    for (const referrers of [true, false]) {
      await using registry = await startRegistry({ referrers });
      const repository = openRepository(parseReference(`${registry.host}/team/app`), { http });
      await copyWith(await openLayout(at("out")), repository);
      await write(`back-${referrers}`, openRepository(parseReference(`${registry.host}/team/app`), { http }));
      expect(await filesOf(`back-${referrers}`)).toEqual(await filesOf("out"));
    }
  });

  it("are found in the index that a tag names in place of the API, as other programs write it", async () => {
    const { store, root, signature } = await signedImage();
    await writeLayout(at("out"), async (layout) => {
      await copy(store, layout, { reference: "1.0" });
      const list = encodeIndex({ mediaType: mediaTypes.index, manifests: [signature] });
      const descriptor = await put(layout, mediaTypes.index, list);
      await layout.push(signature, await store.fetch(signature));
      await layout.tag(descriptor, root.digest.replace(":", "-"));
    });
    const layout = await openLayout(at("out"));
    expect(await layout.referrers?.(root)).toEqual([signature]);
    expect(await layout.choose(null)).toEqual(root);
    expect(await layout.resolve(root.digest.replace(":", "-"))).toMatchObject({ mediaType: mediaTypes.index });
  });

  it("keep the layout readable when an entry of index.json is no manifest at all", async () => {
    const { store, root } = await signedImage();
    await write("out", store);
    const path = join(at("out"), "index.json");
    const index = JSON.parse(await readFile(path, "utf8"));
    const broken = Buffer.from("{}");
    const digest = sha256Digest(broken);
    await writeFile(join(at("out"), "blobs", "sha256", digest.slice(7)), broken);
    index.manifests.push({ mediaType: mediaTypes.manifest, digest, size: broken.length });
    await writeFile(path, JSON.stringify(index));
    const layout = await openLayout(at("out"));
    expect(await layout.referrers?.(root)).toHaveLength(1);
    expect(await layout.choose("1.0")).toEqual(root);
  });
});

describe("a manifest with a subject within an index", () => {
  it("is a referrer too, sent once", async () => {
    const store = createMemoryStore();
    const image = await pushTinyImage(store, { platform: amd64 });
    const config = await put(store, mediaTypes.empty, Buffer.from("{}"));
    const bytes = encodeManifest({ mediaType: mediaTypes.manifest, config, layers: [], subject: image });
    const attestation = await put(store, mediaTypes.manifest, bytes);
    const unknown = { os: "unknown", architecture: "unknown" };
    const manifests = [
      { ...image, platform: amd64 },
      { ...attestation, platform: unknown },
    ];
    const root = await put(store, mediaTypes.index, encodeIndex({ mediaType: mediaTypes.index, manifests }));
    const back = createMemoryStore();
    const copied = await copyWith(store, back, root);
    expect(copied.referrers).toEqual([attestation.digest]);
    expect(
      copied.events.filter((event) => event.kind === "done" && event.descriptor.digest === attestation.digest),
    ).toHaveLength(1);
  });
});
