import { describe, expect, it } from "vitest";
import { sha256Digest } from "../../src/oci/digest.ts";
import { encodeIndex } from "../../src/oci/image-index.ts";
import { encodeManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { isReferrersTag, readReferrer, referrersTag, withReferrer } from "../../src/oci/referrer.ts";

const subject = { mediaType: mediaTypes.manifest, digest: sha256Digest("subject"), size: 7 };
const config = { mediaType: mediaTypes.empty, digest: sha256Digest("{}"), size: 2 };
const referrer = { mediaType: mediaTypes.manifest, digest: sha256Digest("referrer"), size: 8, artifactType: "a/b" };

function describeBytes(mediaType: string, bytes: Uint8Array) {
  return { mediaType, digest: sha256Digest(bytes), size: bytes.length };
}

describe("reading a referrer", () => {
  const manifest = { mediaType: mediaTypes.manifest, config, layers: [] };
  const index = { mediaType: mediaTypes.index, manifests: [] };
  const annotations = { key: "value" };
  it.each([
    [
      "a manifest",
      encodeManifest({ ...manifest, subject, artifactType: "a/b", annotations }),
      { artifactType: "a/b", annotations },
    ],
    ["a manifest without artifact type", encodeManifest({ ...manifest, subject }), { artifactType: config.mediaType }],
    ["an index", encodeIndex({ ...index, subject, artifactType: "a/b" }), { artifactType: "a/b" }],
    ["an index without artifact type", encodeIndex({ ...index, subject }), {}],
  ])("%s gives its subject, and what lists show of it", (what, bytes, shown) => {
    const own = describeBytes(what.includes("index") ? mediaTypes.index : mediaTypes.manifest, bytes);
    const listed = { ...own, platform: { os: "linux", architecture: "amd64" }, annotations: { of: "the list" } };
    expect(readReferrer(listed, bytes)).toEqual({ subject, descriptor: { ...own, ...shown } });
  });

  it("gives nothing for an image, and refuses what is neither manifest nor index", () => {
    const bytes = encodeManifest(manifest);
    expect(readReferrer(describeBytes(mediaTypes.manifest, bytes), bytes)).toBeNull();
    expect(() => readReferrer(describeBytes(mediaTypes.index, bytes), bytes)).toThrow(/does not fit here/);
  });
});

describe("the tag in place of the API", () => {
  it("is the subject's digest with a dash", () => {
    const tag = referrersTag(subject.digest);
    expect(tag).toMatch(/^sha256-[a-f0-9]{64}$/);
    expect([tag, `${tag}.sig`, "sha256-abc", subject.digest].map(isReferrersTag)).toEqual([true, false, false, false]);
  });
});

describe("a list of referrers", () => {
  it("begins with the first, and takes each once", () => {
    const list = withReferrer(null, referrer);
    expect(JSON.parse(Buffer.from(list ?? "").toString())).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: [referrer],
    });
    expect(withReferrer(list, referrer)).toBeNull();
  });

  it("is not written beyond 4 MiB, nor over something else", () => {
    const note = "x".repeat(1000);
    const many = Array.from({ length: 4000 }, (_, count) => ({
      ...referrer,
      digest: sha256Digest(String(count)),
      annotations: { note },
    }));
    const long = encodeIndex({ mediaType: mediaTypes.index, manifests: many.slice(0, 3500) });
    expect(withReferrer(long, { ...referrer, annotations: { note } })).not.toBeNull();
    expect(() => withReferrer(long, { ...referrer, annotations: { note: note.repeat(600) } })).toThrow(/4 MiB/);
    expect(() =>
      withReferrer(encodeManifest({ mediaType: mediaTypes.manifest, config, layers: [] }), referrer),
    ).toThrow();
  });
});
