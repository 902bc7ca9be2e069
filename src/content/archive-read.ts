import { createHash } from "node:crypto";
import { type FileHandle, realpath } from "node:fs/promises";
import { type Compression, compressionOf } from "../archive/decompress.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestHex, isDigest, parseDigest } from "../oci/digest.ts";
import { invalidDocument, maximumDocumentSize } from "../oci/json.ts";
import { mediaTypes } from "../oci/media-type.ts";
import {
  blobDigest,
  computeManifest,
  type DockerEntry,
  type FoundLayer,
  joinTables,
  parseDockerTable,
} from "./archive-tables.ts";
import { chooseImage, type NamedImage, type NamedSource } from "./choose.ts";
import { type FileRange, openRegularFile, type RangeOptions, readRange } from "./disk.ts";
import { errorCode, readError } from "./disk-error.ts";
import { ContentError } from "./error.ts";
import { checkMarker, describeDocument, layoutImages, parseLayoutIndex } from "./layout-index.ts";
import { once } from "./memory.ts";
import { createReferrerReader } from "./referrers.ts";
import { indexTar, type TarIndex } from "./tar-index.ts";

/** An image archive that is open for reading. */
export interface ImageArchive extends NamedSource, AsyncDisposable {
  /** As messages call it. */
  readonly path: string;
  close(): Promise<void>;
}

/**
 * Opens the archive `path` as `docker save`, `podman save` and skopeo write it: Docker's manifest.json with a tar file per
 * layer, packed or not, or an OCI layout, or both. Nothing is unpacked: headers are read once, contents where they stand.
 * For images in Docker's form, manifests are computed. Messages call it `shown`, where given. Throws CONTENT_NOT_FOUND,
 * CONTENT_INVALID (also for a packed archive), OCI_DOCUMENT_INVALID, and the errors of `archive/` for a broken tar file.
 */
export async function openArchive(
  path: string,
  { shown = path }: { readonly shown?: string } = {},
): Promise<ImageArchive> {
  const handle = await openRegularFile(await realpath(path).catch(rethrow(path))).catch(rethrow(path));
  try {
    await refusePacked(handle, shown);
    const opened: Opened = { path: shown, handle, index: await indexTar(handle, shown) };
    const contents = await readTables(opened);
    return archiveOver(opened, contents);
  } catch (cause) {
    await handle.close();
    throw cause;
  }
}

/** How the file `path` is packed as a whole. Throws as `openArchive` does where it cannot be read. */
export async function archivePacking(path: string): Promise<Compression> {
  await using handle = await openRegularFile(await realpath(path).catch(rethrow(path))).catch(rethrow(path));
  return compressionOf(await head(handle, { start: 0, size: 6 }));
}

interface Opened {
  readonly path: string;
  readonly handle: FileHandle;
  readonly index: TarIndex;
}

/** What an archive has: its images, and contents that are not under their digest's own path. */
interface Contents {
  readonly images: readonly NamedImage[];
  readonly placed: ReadonlyMap<Digest, FileRange | Uint8Array>;
}

function archiveOver(opened: Opened, contents: Contents): ImageArchive {
  const { path, handle, index } = opened;
  const find = (digest: Digest) => contents.placed.get(digest) ?? index.find(`blobs/sha256/${digestHex(digest)}`);
  const reader = createReferrerReader(async ({ digest }) => {
    const found = find(digest);
    return found === null || found instanceof Uint8Array ? found : await readSmall(opened, found);
  });
  const read = (descriptor: Descriptor, options: RangeOptions) => {
    const found = find(descriptor.digest);
    if (found === null) {
      throw new ContentError("CONTENT_NOT_FOUND", `${descriptor.digest} is not in ${path}`, {
        hint: "the archive is incomplete; save the image again",
      });
    }
    return found instanceof Uint8Array ? once(found) : readRange(handle, found, options);
  };
  const archive: ImageArchive = {
    path,
    images: async () => await reader.withoutReferrers(contents.images),
    async choose(reference) {
      if (reference === null) return chooseImage(await archive.images(), null, path);
      const known = contents.images.some((image) => image.descriptor.digest === reference);
      const found = known || !isDigest(reference) ? null : find(reference);
      if (found === null || found instanceof Uint8Array) return chooseImage(contents.images, reference, path);
      return describeDocument(await readSmall(opened, found), parseDigest(reference), path);
    },
    referrers: async (subject, options) => await reader.list(subject, contents.images, options),
    resolve: async (reference) => await archive.choose(reference),
    fetch: async (descriptor, signal) => read(descriptor, { signal }),
    lend: async (descriptor, signal) => read(descriptor, { signal, lends: true }),
    close: async () => await handle.close(),
    [Symbol.asyncDispose]: async () => await handle.close(),
  };
  return archive;
}

async function readTables(opened: Opened): Promise<Contents> {
  const { path, index } = opened;
  const tableAt = index.find("manifest.json");
  const table = tableAt === null ? null : parseDockerTable(await readSmall(opened, tableAt), `${path}: manifest.json`);
  const indexAt = index.find("index.json");
  const markerAt = index.find("oci-layout");
  if (indexAt !== null && markerAt !== null) {
    checkMarker(await readSmall(opened, markerAt), `${path}: oci-layout`);
    const images = layoutImages(parseLayoutIndex(await readSmall(opened, indexAt), `${path}: index.json`), path);
    const read = async (digest: Digest) => {
      const found = index.find(`blobs/sha256/${digestHex(digest)}`);
      return found === null ? null : await readSmall(opened, found);
    };
    return { images: await joinTables(images, table ?? [], { what: path, read }), placed: new Map() };
  }
  if (table !== null) return await readDockerImages(opened, table);
  throw new ContentError(
    "CONTENT_INVALID",
    `${path} is not an image archive: it has neither manifest.json nor index.json`,
    {
      hint: "an archive is what docker save, podman save or hardpan build --output archive:// write",
    },
  );
}

async function readDockerImages(opened: Opened, table: readonly DockerEntry[]): Promise<Contents> {
  const placed = new Map<Digest, FileRange | Uint8Array>();
  const images: NamedImage[] = [];
  for (const entry of table) {
    const configBytes = await readSmall(opened, member(opened, entry.config));
    const places = entry.layers.map((path) => member(opened, path));
    const found: FoundLayer[] = [];
    for (const [at, place] of places.entries()) found.push(await describeLayer(opened, place, entry.layers[at] ?? ""));
    const manifest = computeManifest(configBytes, found, `${opened.path}: ${entry.config}`);
    placed.set(manifest.descriptor.digest, manifest.bytes);
    placed.set(manifest.config.digest, configBytes);
    for (const [at, layer] of manifest.layers.entries()) placed.set(layer.digest, places[at] ?? { start: 0, size: 0 });
    images.push({ descriptor: manifest.descriptor, names: entry.names });
  }
  return { images, placed };
}

function member(opened: Opened, path: string): FileRange {
  const found = opened.index.find(path);
  if (found !== null) return found;
  throw new ContentError("CONTENT_INVALID", `${opened.path} lacks ${JSON.stringify(path.slice(0, 200))}`, {
    hint: "the archive is incomplete; save the image again",
  });
}

/** What a layer is. Only one that is packed, and not under its digest's name, must be read for that. */
async function describeLayer(opened: Opened, place: FileRange, path: string): Promise<FoundLayer> {
  const packing = compressionOf(await head(opened.handle, place));
  if (packing === "none") return { digest: null, size: place.size, mediaType: mediaTypes.layer };
  if (packing !== "gzip" && packing !== "zstd") throw packed(`the layer ${path} of ${opened.path}`, packing);
  const mediaType = packing === "gzip" ? mediaTypes.layerGzip : mediaTypes.layerZstd;
  const digest = blobDigest(path) ?? (await digestOf(opened.handle, place));
  return { digest, size: place.size, mediaType };
}

async function digestOf(handle: FileHandle, place: FileRange): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const chunk of readRange(handle, place)) hash.update(chunk);
  return parseDigest(`sha256:${hash.digest("hex")}`);
}

async function readSmall(opened: Opened, place: FileRange): Promise<Uint8Array> {
  if (place.size > maximumDocumentSize) {
    throw invalidDocument(`a document in ${opened.path} has more than ${maximumDocumentSize} bytes`);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRange(opened.handle, place)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function refusePacked(handle: FileHandle, path: string): Promise<void> {
  const packing = compressionOf(await head(handle, { start: 0, size: 6 }));
  if (packing !== "none") throw packed(path, packing);
}

async function head(handle: FileHandle, place: FileRange): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRange(handle, { start: place.start, size: Math.min(6, place.size) }))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

function packed(what: string, packing: Compression): ContentError {
  const program = packing === "gzip" ? "gunzip" : `${packing} -d`;
  return new ContentError("CONTENT_INVALID", `${what} is packed with ${packing}, which cannot be read in any order`, {
    hint: `unpack it first with ${program}`,
  });
}

function rethrow(path: string): (cause: unknown) => never {
  return (cause) => {
    const code = errorCode(cause);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new ContentError("CONTENT_NOT_FOUND", `there is no file ${path}`, { hint: "check the path" });
    }
    throw readError(cause, path);
  };
}
