import { parseConfig } from "../oci/config.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, isDigest, sha256Digest } from "../oci/digest.ts";
import { parseIndex } from "../oci/image-index.ts";
import { asArray, asObject, asString, encodeJson, optional, parseJson } from "../oci/json.ts";
import { encodeManifest, parseManifest } from "../oci/manifest.ts";
import { isDocument, isManifest, mediaTypes } from "../oci/media-type.ts";
import type { NamedImage } from "./choose.ts";
import { ContentError } from "./error.ts";

/** An image of Docker's manifest.json: paths within the archive. */
export interface DockerEntry {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

/** Reads a manifest.json as `docker save` writes it. Throws OCI_DOCUMENT_INVALID. */
export function parseDockerTable(bytes: Uint8Array, what: string): readonly DockerEntry[] {
  return asArray(parseJson(bytes, what), what, (value, path) => {
    const entry = asObject(value, path);
    const strings = (list: unknown, at: string) => asArray(list, at, asString);
    return {
      config: asString(entry["Config"], `${path}.Config`),
      names: optional(entry["RepoTags"], `${path}.RepoTags`, strings) ?? [],
      layers: optional(entry["Layers"], `${path}.Layers`, strings) ?? [],
    };
  });
}

/** A manifest.json for `entries`. */
export function encodeDockerTable(entries: readonly DockerEntry[]): Uint8Array {
  return encodeJson(
    entries.map((entry) => ({
      Config: entry.config,
      RepoTags: entry.names.length === 0 ? null : entry.names,
      Layers: entry.layers,
    })),
  );
}

/** Where a blob stands in an OCI layout; null for another path. */
export function blobDigest(path: string): Digest | null {
  const hex = /^blobs\/sha256\/([a-f0-9]{64})$/.exec(path)?.[1];
  const digest = `sha256:${hex}`;
  return isDigest(digest) ? digest : null;
}

/** A layer of Docker's form, as found in the archive. */
export interface FoundLayer {
  /** Of the bytes in the archive; null where they are the unpacked layer, whose digest the configuration names. */
  readonly digest: Digest | null;
  readonly size: number;
  readonly mediaType: string;
}

/** A manifest computed for an image in Docker's form. */
export interface ComputedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/**
 * The OCI manifest of an image that has only a configuration and layers: always the same for the same image. Throws
 * CONTENT_INVALID where the numbers of layers differ.
 */
export function computeManifest(configBytes: Uint8Array, found: readonly FoundLayer[], what: string): ComputedManifest {
  const { diffIds } = parseConfig(configBytes, what);
  if (diffIds.length !== found.length) {
    throw new ContentError("CONTENT_INVALID", `${what} names ${diffIds.length} layers, manifest.json ${found.length}`, {
      hint: "the archive is damaged; save the image again",
    });
  }
  const config = { mediaType: mediaTypes.config, digest: sha256Digest(configBytes), size: configBytes.length };
  const layers = diffIds.map((diffId, at) => {
    const { digest = null, size = 0, mediaType = mediaTypes.layer } = found[at] ?? {};
    return { mediaType, digest: digest ?? diffId, size };
  });
  const bytes = encodeManifest({ mediaType: mediaTypes.manifest, config, layers });
  const descriptor = { mediaType: mediaTypes.manifest, digest: sha256Digest(bytes), size: bytes.length };
  return { descriptor, bytes, config, layers };
}

/** How to look into an archive's layout: `read` gives a document that is there, not verified, or null. */
export interface LayoutReader {
  readonly what: string;
  readonly read: (digest: Digest) => Promise<Uint8Array | null>;
}

/**
 * `images` of an archive's index.json with the names that its manifest.json gives them too. Throws CONTENT_INVALID where
 * manifest.json has an image that index.json has not: two programs would read two different images.
 */
export async function joinTables(
  images: readonly NamedImage[],
  table: readonly DockerEntry[],
  reader: LayoutReader,
): Promise<readonly NamedImage[]> {
  const owners = new Map<string, NamedImage>();
  const left = { bytes: mostBytes };
  for (const image of images) {
    for (const config of await configsOf(image.descriptor, reader, left)) owners.set(config, image);
  }
  const names = new Map(images.map((image) => [image, image.names]));
  for (const entry of table) {
    const owner = owners.get(blobDigest(entry.config) ?? "");
    if (owner === undefined) {
      throw new ContentError(
        "CONTENT_INVALID",
        `${reader.what}: manifest.json and index.json are of different images`,
        {
          hint: "programs would differ in which of them they read; save the image again",
        },
      );
    }
    names.set(owner, [...new Set([...entry.names, ...(names.get(owner) ?? [])])]);
  }
  return images.map((image) => ({ ...image, names: names.get(image) ?? [] }));
}

/** What all manifests and indices of an archive may have together, in bytes: room for thousands. */
const mostBytes = 64 * 2 ** 20;

/**
 * Digests of the configurations below `root`, as far as their manifests are in the archive. Nothing is verified here, and
 * an index may name itself: each document is read once, and `left` counts what may still be read.
 */
async function configsOf(root: Descriptor, reader: LayoutReader, left: { bytes: number }): Promise<readonly Digest[]> {
  const found: Digest[] = [];
  const waiting = new Map([[root.digest, root]]);
  for (const { digest, mediaType } of waiting.values()) {
    if (!isDocument(mediaType) || left.bytes <= 0) continue;
    const bytes = await reader.read(digest);
    const what = `${digest} in ${reader.what}`;
    if (bytes === null) continue;
    left.bytes -= bytes.length;
    if (isManifest(mediaType)) found.push(parseManifest(bytes, what).config.digest);
    else for (const child of parseIndex(bytes, what).manifests) waiting.set(child.digest, child);
  }
  return found;
}
