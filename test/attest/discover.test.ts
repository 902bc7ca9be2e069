import { describe, expect, it } from "vitest";
import { findAttestations, findSignatures, listedAttestations } from "../../src/attest/discover.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import type { Source } from "../../src/oci/graph.ts";
import { encodeIndex, parseIndex } from "../../src/oci/image-index.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { RemoteError } from "../../src/remote/error.ts";
import { pushTinyImage, put } from "../support/tiny-image.ts";
import { attachBare, attachBundle, attachEnvelopes, pushArtifact, signManifest, statementOf } from "./attached.ts";
import { newKey } from "./keys.ts";

const { signal } = new AbortController();
const { key } = newKey();

/** An image in an index with something attested for it at every place there is. */
async function world() {
  const store = createMemoryStore();
  const manifest = await pushTinyImage(store);
  const other = await pushTinyImage(store, { layers: [{ other: "" }] });
  const statement = statementOf({ subjects: [manifest.digest] });
  const beside = await pushArtifact(store, [await put(store, "application/vnd.in-toto+json", statement)]);
  const marks = (digest: string) => ({
    annotations: { "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest },
  });
  const manifests = [manifest, other, { ...beside, ...marks(manifest.digest) }, { ...other, ...marks(other.digest) }];
  const descriptor = await put(store, mediaTypes.index, encodeIndex({ mediaType: mediaTypes.index, manifests }));
  const bundle = await attachBundle(store, manifest, { statement, keys: [key] });
  const tagged = await attachEnvelopes(store, manifest, { statements: [statement], keys: [key] });
  const ofIndex = await attachBundle(store, descriptor, { statement, keys: [] });
  const taggedOfIndex = await attachEnvelopes(store, descriptor, { statements: [statement], keys: [] });
  await attachBare(store, other, statement);
  const signature = await signManifest(store, manifest, { key });
  return { store, manifest, descriptor, beside, bundle, tagged, ofIndex, taggedOfIndex, signature };
}

function digests({ found }: { readonly found: readonly { readonly digest: string }[] }): readonly string[] {
  return found.map(({ digest }) => digest);
}

describe("the attestations of an image", () => {
  it("are listed in its index and among its referrers, signatures and those of others left out", async () => {
    const { store: source, manifest, descriptor, beside, bundle } = await world();
    const listed = await listedAttestations({ source, descriptor, manifest, signal });
    expect(digests(listed)).toEqual([beside.digest, bundle.digest]);
    expect(listed.problems).toEqual([]);
    expect(parseIndex(source.blobs.get(descriptor.digest) ?? Buffer.of()).manifests).toHaveLength(4);
  });

  it("are found with those of its index and those under cosign's tags, each once", async () => {
    const { store: source, manifest, descriptor, beside, bundle, tagged, ofIndex, taggedOfIndex } = await world();
    const found = await findAttestations({ source, descriptor, manifest, signal });
    const all = [beside, bundle, tagged, ofIndex, taggedOfIndex].map(({ digest }) => digest);
    expect(digests(found)).toEqual(all);
    const alone = await findAttestations({ source, descriptor: manifest, manifest, signal });
    expect(digests(alone)).toEqual([bundle.digest, tagged.digest]);
  });

  it("are none where a source has no referrers and gives its one image for every name", async () => {
    const { store, manifest, descriptor, beside } = await world();
    const source: Source = { resolve: async () => descriptor, fetch: store.fetch };
    expect(await findAttestations({ source, descriptor, manifest, signal })).toMatchObject({
      ...{ found: [{ digest: beside.digest }], problems: [] },
    });
  });

  it("are told to be unknown where a source cannot be asked", async () => {
    const { store, manifest } = await world();
    const fail = async () => {
      throw new RemoteError("REMOTE_FAILED", "the registry is tired", { hint: "wait" });
    };
    const source: Source = { ...store, resolve: fail, referrers: fail };
    const found = await findAttestations({ source, descriptor: manifest, manifest, signal });
    expect(found.found).toEqual([]);
    expect(found.problems).toEqual([
      `the referrers of ${manifest.digest} could not be looked at: the registry is tired`,
      `sha256-${manifest.digest.slice(7)}.att could not be looked at: the registry is tired`,
    ]);
    const bug: Source = { ...store, resolve: () => Promise.reject(new TypeError("a bug")) };
    await expect(findAttestations({ source: bug, descriptor: manifest, manifest, signal })).rejects.toThrow(TypeError);
  });
});

describe("the signatures of a manifest", () => {
  it("are among its referrers and under cosign's tag", async () => {
    const { store: source, manifest, bundle, signature } = await world();
    const tagged = await signManifest(source, bundle, { key, tag: true });
    const referrer = await signManifest(source, bundle, { key });
    expect(digests(await findSignatures(bundle, { source, signal }))).toEqual([referrer.digest, tagged.digest]);
    expect(digests(await findSignatures(manifest, { source, signal }))).toContain(signature.digest);
  });
});
