import { gzipSync, zstdCompressSync } from "node:zlib";
import { tarEnd, tarHeader, tarPadding } from "../../src/archive/tar-write.ts";
import { createMemoryStore, type MemoryStore } from "../../src/content/memory.ts";
import type { FileType } from "../../src/facts/model.ts";
import { type ContainerConfig, emptyContainerConfig, encodeConfig } from "../../src/oci/config.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { encodeManifest, type Manifest, parseManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { put } from "../support/tiny-image.ts";

/** A file of a layer made in a test: its content, or what is out of the ordinary. `content` gives the type `file`. */
export interface TestEntry {
  readonly type?: FileType;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly linkPath?: string;
  readonly xattrs?: ReadonlyMap<string, Uint8Array>;
}

/** A layer's files in their order, by path. Folders are not added by themselves. */
export type TestLayer = Readonly<Record<string, string | Uint8Array | TestEntry>>;

/** A symbolic link. */
export function symlink(linkPath: string): TestEntry {
  return { type: "symlink", linkPath, mode: 0o777 };
}

/** A hard link to another file of the archive. */
export function hardLink(linkPath: string): TestEntry {
  return { type: "link", linkPath };
}

/** An executable file. */
export function program(content: string | Uint8Array = "\u007fELF", mode = 0o755): TestEntry {
  return { content, mode };
}

/** A folder. */
export const folder: TestEntry = { type: "directory", mode: 0o755 };

/** The tar archive of a layer. */
export function layerTar(layer: TestLayer): Uint8Array {
  const parts = Object.entries(layer).flatMap(([path, value]) => {
    const entry = typeof value === "string" || value instanceof Uint8Array ? { content: value } : value;
    const { content = "", mode = 0o644, type = "file", ...rest } = entry;
    const bytes = Buffer.from(content);
    return [tarHeader({ path, type, mode, mtime: 0, size: bytes.length, ...rest }), bytes, tarPadding(bytes.length)];
  });
  return Buffer.concat([...parts, tarEnd]);
}

/** How a test image differs from an ordinary OCI image of gzip layers. */
export interface TestImageOptions {
  readonly compression?: "none" | "gzip" | "zstd";
  readonly docker?: boolean;
  readonly container?: Partial<ContainerConfig>;
  readonly architecture?: string;
  /** Whether its configuration ends in a line feed, which changes its digest and nothing it says. */
  readonly spaced?: boolean;
}

/** A real image in memory, tagged `test`. */
export interface TestImage {
  readonly store: MemoryStore;
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly diffIds: readonly string[];
}

/** Makes an image of `layers`, lowest first. */
export async function testImage(layers: readonly TestLayer[], options: TestImageOptions = {}): Promise<TestImage> {
  return await imageOfTars(layers.map(layerTar), options);
}

/** Makes an image of layers that are tar archives already, lowest first. */
export async function imageOfTars(tars: readonly Uint8Array[], options: TestImageOptions = {}): Promise<TestImage> {
  const store = createMemoryStore();
  const { compression = "gzip", docker = false } = options;
  const diffIds = tars.map((tar) => sha256Digest(tar));
  const types = docker
    ? { none: mediaTypes.dockerLayer, gzip: mediaTypes.dockerLayerGzip, zstd: `${mediaTypes.dockerLayer}.zstd` }
    : { none: mediaTypes.layer, gzip: mediaTypes.layerGzip, zstd: mediaTypes.layerZstd };
  const pack = { none: (tar: Uint8Array) => tar, gzip: gzipSync, zstd: zstdCompressSync }[compression];
  const packed = [];
  for (const tar of tars) packed.push(await put(store, types[compression], pack(tar)));
  const encoded = encodeConfig({
    platform: { os: "linux", architecture: options.architecture ?? "amd64" },
    container: { ...emptyContainerConfig, ...options.container },
    diffIds,
    history: [],
  });
  const config = options.spaced === true ? Buffer.concat([encoded, Buffer.from("\n")]) : encoded;
  const mediaType = docker ? mediaTypes.dockerManifest : mediaTypes.manifest;
  const configType = docker ? mediaTypes.dockerConfig : mediaTypes.config;
  const bytes = encodeManifest({ mediaType, config: await put(store, configType, config), layers: packed });
  const descriptor = await put(store, mediaType, bytes);
  await store.tag(descriptor, "test");
  return { store, descriptor, manifest: parseManifest(bytes), diffIds };
}
