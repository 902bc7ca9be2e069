import { gzipSync, zstdCompressSync } from "node:zlib";
import { tarEnd, tarHeader, tarPadding } from "../../src/archive/tar-write.ts";
import { createMemoryStore, type MemoryStore, once } from "../../src/content/memory.ts";
import { type ContainerConfig, emptyContainerConfig, encodeConfig } from "../../src/oci/config.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import type { Target } from "../../src/oci/graph.ts";
import { encodeIndex } from "../../src/oci/image-index.ts";
import { encodeManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import type { Platform } from "../../src/oci/platform.ts";

/** A small real image: each layer is a map of file paths to contents. */
export interface TinyImage {
  readonly layers?: readonly Readonly<Record<string, string | Uint8Array>>[];
  readonly platform?: Platform;
  readonly compression?: "none" | "gzip" | "zstd";
  readonly container?: Partial<ContainerConfig>;
  readonly docker?: boolean;
}

/** A tar archive of `files`, all of mode 0755. */
export function tinyTar(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const parts = Object.entries(files).flatMap(([path, content]) => {
    const bytes = Buffer.from(content);
    const header = tarHeader({ path, type: "file", mode: 0o755, mtime: 0, size: bytes.length });
    return [header, bytes, tarPadding(bytes.length)];
  });
  return Buffer.concat([...parts, tarEnd]);
}

/** Pushes a tiny image and returns its manifest's descriptor. */
export async function pushTinyImage(target: Target, image: TinyImage = {}): Promise<Descriptor> {
  const { layers = [{ "hello.txt": "hello" }], platform = { os: "linux", architecture: "amd64" } } = image;
  const compression = image.compression ?? "gzip";
  const tars = layers.map(tinyTar);
  const packed = tars.map((tar) =>
    compression === "none" ? tar : compression === "gzip" ? gzipSync(tar) : zstdCompressSync(tar),
  );
  const layerType = { none: mediaTypes.layer, gzip: mediaTypes.layerGzip, zstd: mediaTypes.layerZstd }[compression];
  const created = "2024-01-01T00:00:00Z";
  const config = encodeConfig({
    created,
    platform,
    container: { ...emptyContainerConfig, cmd: ["/hello"], ...image.container },
    diffIds: tars.map((tar) => sha256Digest(tar)),
    history: layers.map(() => ({ created, createdBy: "test" })),
  });
  const layerDescriptors = [];
  for (const bytes of packed) {
    layerDescriptors.push(await put(target, image.docker ? mediaTypes.dockerLayerGzip : layerType, bytes));
  }
  const configDescriptor = await put(target, image.docker ? mediaTypes.dockerConfig : mediaTypes.config, config);
  const mediaType = image.docker ? mediaTypes.dockerManifest : mediaTypes.manifest;
  return await put(
    target,
    mediaType,
    encodeManifest({ mediaType, config: configDescriptor, layers: layerDescriptors }),
  );
}

/** Pushes an index of tiny images, one for each platform. */
export async function pushTinyIndex(target: Target, platforms: readonly Platform[]): Promise<Descriptor> {
  const manifests = [];
  for (const platform of platforms) {
    const files = { shared: "the same everywhere" };
    const own = { architecture: platform.architecture };
    manifests.push({ ...(await pushTinyImage(target, { platform, layers: [files, own] })), platform });
  }
  return await put(target, mediaTypes.index, encodeIndex({ mediaType: mediaTypes.index, manifests }));
}

/** What refers to another manifest, as a signature or a bill of materials does. */
export interface TinyReferrer {
  readonly subject: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Its one layer. */
  readonly text?: string;
}

/** Pushes a manifest that refers to `subject`; returns its descriptor as lists of referrers show it. */
export async function pushTinyReferrer(target: Target, referrer: TinyReferrer): Promise<Descriptor> {
  const { subject, artifactType = "application/vnd.example.sbom", annotations, text = "a list" } = referrer;
  const config = await put(target, mediaTypes.empty, Buffer.from("{}"));
  const layers = [await put(target, "text/plain", Buffer.from(text))];
  const { mediaType, digest, size } = subject;
  const shown = { artifactType, ...(annotations === undefined ? {} : { annotations }) };
  const base = { mediaType: mediaTypes.manifest, config, layers, subject: { mediaType, digest, size } };
  return { ...(await put(target, mediaTypes.manifest, encodeManifest({ ...base, ...shown }))), ...shown };
}

/** A store in memory with one tiny image under the tag `latest`. */
export async function tinyStore(image: TinyImage = {}): Promise<{ store: MemoryStore; root: Descriptor }> {
  const store = createMemoryStore();
  const root = await pushTinyImage(store, image);
  await store.tag(root, "latest");
  return { store, root };
}

/** Pushes `bytes` and returns their descriptor. */
export async function put(target: Target, mediaType: string, bytes: Uint8Array): Promise<Descriptor> {
  const descriptor = { mediaType, digest: sha256Digest(bytes), size: bytes.length };
  if (!(await target.exists(descriptor))) await target.push(descriptor, once(bytes));
  return descriptor;
}
