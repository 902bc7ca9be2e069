import { describe, expect, it } from "vitest";
import { emptyContainerConfig, encodeConfig, type ImageConfig, parseConfig } from "../../src/oci/config.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { encodeIndex, parseIndex } from "../../src/oci/image-index.ts";
import { encodeManifest, type Manifest, parseManifest } from "../../src/oci/manifest.ts";
import { isNonDistributable, layerCompression, mediaTypes } from "../../src/oci/media-type.ts";

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const invalid = expect.objectContaining({ code: "OCI_DOCUMENT_INVALID" });
const config = { mediaType: mediaTypes.config, digest: sha256Digest("config"), size: 6 };
const layer = { mediaType: mediaTypes.layerGzip, digest: sha256Digest("layer"), size: 5 };
const manifest: Manifest = { mediaType: mediaTypes.manifest, config, layers: [layer] };

describe("a manifest", () => {
  it("is written in one way only, without white space, annotations sorted", () => {
    const annotated = { ...manifest, annotations: { b: "2", a: "1" } };
    expect(new TextDecoder().decode(encodeManifest(annotated))).toBe(
      `{"schemaVersion":2,"mediaType":"${mediaTypes.manifest}",` +
        `"config":{"mediaType":"${config.mediaType}","digest":"${config.digest}","size":6},` +
        `"layers":[{"mediaType":"${layer.mediaType}","digest":"${layer.digest}","size":5}],` +
        `"annotations":{"a":"1","b":"2"}}`,
    );
  });

  it("is read back as it was written", () => {
    const full = { ...manifest, artifactType: "a/b", subject: config, annotations: { a: "1" } };
    expect(parseManifest(encodeManifest(full))).toEqual(full);
  });

  it("is read without a media type, and in Docker's form", () => {
    const { mediaType: _, ...untyped } = { schemaVersion: 2, ...manifest };
    expect(parseManifest(bytes(untyped)).mediaType).toBe(mediaTypes.manifest);
    const docker = { schemaVersion: 2, ...manifest, mediaType: mediaTypes.dockerManifest };
    expect(parseManifest(bytes(docker)).mediaType).toBe(mediaTypes.dockerManifest);
  });

  const valid = { schemaVersion: 2, ...manifest };
  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["wrong UTF-8", '{"a":"\ud800"}'],
    ["schema version 1", { ...valid, schemaVersion: 1 }],
    ["no schema version", manifest],
    ["another media type", { ...valid, mediaType: "text/plain" }],
    ["an index's media type", { ...valid, mediaType: mediaTypes.index }],
    ["schema 1", { ...valid, mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws" }],
    ["manifests and layers", { ...valid, manifests: [] }],
    ["no configuration", { ...valid, config: undefined }],
    ["no layers", { ...valid, layers: undefined }],
    ["a negative size", { ...valid, layers: [{ ...layer, size: -1 }] }],
    ["a broken size", { ...valid, layers: [{ ...layer, size: 1.5 }] }],
    ["a size as text", { ...valid, layers: [{ ...layer, size: "5" }] }],
    ["a size that is too large", { ...valid, layers: [{ ...layer, size: 2 ** 60 }] }],
    ["a digest in capitals", { ...valid, config: { ...config, digest: config.digest.toUpperCase() } }],
    ["a digest of another algorithm", { ...valid, config: { ...config, digest: `sha512:${"a".repeat(128)}` } }],
    ["a digest that leads elsewhere", { ...valid, config: { ...config, digest: "sha256:../../etc/passwd" } }],
    ["an annotation that is no string", { ...valid, annotations: { a: 1 } }],
    ["a key twice", `{"schemaVersion":2,"schemaVersion":2}`],
    ["a key twice, written differently", `{"layers":[],"\\u006cayers":[]}`],
    ["deep nesting", `{"a":${"[".repeat(100)}${"]".repeat(100)}}`],
    ["deep nesting that has no end", "[".repeat(1_000_000)],
    ["very many values", `{"a":[${"{},".repeat(400_000)}{}]}`],
    ["a string that has no end", `{"a":"\\`],
    ["too many layers", { ...valid, layers: Array.from({ length: 10_001 }, () => layer) }],
  ])("with %s is refused", (_, document) => {
    const encoded =
      typeof document === "string" && document.includes("\ud800") ? Uint8Array.of(0x22, 0xff, 0x22) : bytes(document);
    expect(() => parseManifest(encoded)).toThrow(invalid);
  });

  it("of more than 4 MiB is refused", () => {
    expect(() => parseManifest(bytes({ ...valid, padding: "x".repeat(4 * 1024 * 1024) }))).toThrow(invalid);
  });

  it("may hold the same key in different objects, and colons and braces in strings", () => {
    const annotations = { 'a":{"a': '{"a":1,"a":2}', "b\\": "}" };
    expect(parseManifest(bytes({ ...valid, annotations })).annotations).toEqual(annotations);
  });
});

describe("an index", () => {
  const platform = { os: "linux", architecture: "arm64", variant: "v8" };
  const index = { mediaType: mediaTypes.index, manifests: [{ ...layer, mediaType: mediaTypes.manifest, platform }] };

  it("is read back as it was written", () => {
    expect(parseIndex(encodeIndex(index))).toEqual(index);
    expect(encodeIndex(parseIndex(encodeIndex(index)))).toEqual(encodeIndex(index));
  });

  it.each([
    ["layers", { ...index, layers: [] }],
    ["a configuration", { ...index, config }],
    ["a manifest's media type", { ...index, mediaType: mediaTypes.manifest }],
  ])("with %s is refused", (_, document) => {
    expect(() => parseIndex(bytes({ schemaVersion: 2, ...document }))).toThrow(invalid);
  });
});

describe("an image configuration", () => {
  const full: ImageConfig = {
    created: "2024-01-01T00:00:00Z",
    author: "someone",
    platform: { os: "linux", architecture: "arm", variant: "v7" },
    container: {
      user: "1000:1000",
      environment: ["PATH=/bin"],
      entrypoint: ["/bin/node"],
      cmd: ["server.js"],
      workingDir: "/app",
      exposedPorts: ["3000/tcp"],
      volumes: ["/data"],
      labels: { a: "1", b: "2" },
      stopSignal: "SIGTERM",
      healthcheck: { test: ["CMD", "true"], interval: 1_000_000_000, retries: 3 },
    },
    diffIds: [sha256Digest("layer")],
    history: [{ created: "2024-01-01T00:00:00Z", createdBy: "test", comment: "c", emptyLayer: true }],
  };

  it("is read back as it was written", () => {
    expect(parseConfig(encodeConfig(full))).toEqual(full);
  });

  it("is written in one way only, whatever the order of its labels", () => {
    const turned = { ...full, container: { ...full.container, labels: { b: "2", a: "1" } } };
    expect(encodeConfig(turned)).toEqual(encodeConfig(full));
  });

  it("as Docker writes it, with null for what is not set, is read as empty", () => {
    const document = {
      architecture: "amd64",
      os: "linux",
      config: { User: "", Env: null, Cmd: null, Entrypoint: null, Volumes: null, Labels: null, ExposedPorts: null },
      rootfs: { type: "layers", diff_ids: [] },
      history: null,
    };
    expect(parseConfig(bytes(document))).toEqual({
      platform: { os: "linux", architecture: "amd64" },
      container: emptyContainerConfig,
      diffIds: [],
      history: [],
    });
  });

  it.each([
    ["no architecture", { os: "linux", rootfs: { diff_ids: [] } }],
    ["no rootfs", { os: "linux", architecture: "amd64" }],
    ["a broken diff_id", { os: "linux", architecture: "amd64", rootfs: { diff_ids: ["sha256:x"] } }],
    ["an environment that is no list", { architecture: "amd64", rootfs: {}, config: { Env: "A=B" } }],
  ])("with %s is refused", (_, document) => {
    expect(() => parseConfig(bytes(document))).toThrow(invalid);
  });
});

describe("a layer's media type", () => {
  it.each([
    [mediaTypes.layer, "none", false],
    [mediaTypes.layerGzip, "gzip", false],
    [mediaTypes.layerZstd, "zstd", false],
    [mediaTypes.dockerLayerGzip, "gzip", false],
    [mediaTypes.dockerForeignLayerGzip, "gzip", true],
    ["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "gzip", true],
    ["application/vnd.in-toto+json", null, false],
  ])("%s is packed with %s; not distributable: %s", (mediaType, compression, stays) => {
    expect(layerCompression(mediaType)).toBe(compression);
    expect(isNonDistributable(mediaType)).toBe(stays);
  });
});
