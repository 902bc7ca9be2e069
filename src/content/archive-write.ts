import { lstat, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { tarEnd, tarHeader, tarPadding } from "../archive/tar-write.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestHex } from "../oci/digest.ts";
import type { Target } from "../oci/graph.ts";
import { encodeIndex } from "../oci/image-index.ts";
import { invalidDocument, maximumDocumentSize } from "../oci/json.ts";
import { parseManifest } from "../oci/manifest.ts";
import { isIndex, isManifest, mediaTypes } from "../oci/media-type.ts";
import { parseReference, shortReference } from "../oci/reference.ts";
import { verified } from "../oci/verify.ts";
import { encodeDockerTable } from "./archive-tables.ts";
import { withFolder, writeAll, writeFileAtomically } from "./disk.ts";
import { ContentError } from "./error.ts";
import { fullNameAnnotation, layoutMarker, nameAnnotations } from "./layout-index.ts";
import { createLimiter } from "./limiter.ts";
import { once } from "./memory.ts";

/** An image archive that is being written. */
export interface ArchiveTarget extends Target {
  readonly sequential: true;
  /** Writes the tables of contents and the end mark; nothing may follow. Throws CONTENT_INVALID where no image was tagged. */
  finish(): Promise<void>;
}

/**
 * Writes the file `path` as one archive that `docker load`, `podman load`, skopeo's docker-archive and oci-archive, and
 * `openArchive` read. `fill` pushes single-platform images and tags them: full names become names of the image, a bare tag
 * is kept for OCI readers only. The same pushes in the same order give the same bytes. The file appears when all is
 * written, instead of what was there; otherwise nothing changes. Throws CONTENT_EXISTS where `path` is no file,
 * CONTENT_INVALID for an index, CONTENT_UNWRITABLE.
 */
export async function writeArchive<Result>(path: string, fill: (target: Target) => Promise<Result>): Promise<Result> {
  const place = await realpath(path).catch(() => resolve(path));
  const found = await lstat(place).catch(() => null);
  if (found !== null && !found.isFile()) {
    throw new ContentError("CONTENT_EXISTS", `${path} exists and is not a file`, { hint: "choose another path" });
  }
  return await withFolder(place, async () => {
    return await writeFileAtomically(place, async (handle) => {
      const target = createArchiveTarget(async (chunks) => await writeAll(handle, chunks));
      const result = await fill(target);
      await target.finish();
      return result;
    });
  });
}

/** The target behind `writeArchive`, writing to any stream: `write` takes the archive's next bytes, in pieces of about 1 MiB. */
export function createArchiveTarget(write: (chunks: readonly Uint8Array[]) => Promise<void>): ArchiveTarget {
  const output = batched(write);
  const written = new Map<Digest, Uint8Array | null>();
  const tags: Tagged[] = [];
  const oneAtATime = createLimiter(1);
  let broken = false;

  const addFile = async (path: string, size: number, content: AsyncIterable<Uint8Array>) => {
    // What is half-written cannot be taken back: after a failure the whole archive is void.
    if (broken)
      throw new ContentError("CONTENT_INVALID", "the archive cannot be completed after an error", {
        hint: "the error before this one says why",
      });
    broken = true;
    await output.add(tarHeader({ path, type: "file", mode: 0o644, mtime: 0, size }));
    for await (const chunk of content) await output.add(chunk);
    await output.add(tarPadding(size));
    broken = false;
  };

  return {
    sequential: true,
    async exists(descriptor) {
      return written.has(descriptor.digest);
    },
    async push(descriptor, content, signal) {
      if (isIndex(descriptor.mediaType)) throw severalPlatforms(descriptor);
      await oneAtATime(async () => {
        signal?.throwIfAborted();
        if (written.has(descriptor.digest)) return;
        const document = isManifest(descriptor.mediaType) ? await readAll(descriptor, content) : null;
        const bytes = document === null ? verified(content, descriptor) : once(document);
        await addFile(`blobs/sha256/${digestHex(descriptor.digest)}`, descriptor.size, bytes);
        written.set(descriptor.digest, document);
      });
    },
    async tag(descriptor, reference) {
      const document = written.get(descriptor.digest);
      if (!document)
        throw new ContentError("CONTENT_NOT_FOUND", `the manifest ${descriptor.digest} is not in the archive`, {
          hint: "what is to be named must be pushed before",
        });
      tags.push({ descriptor, document, annotations: nameAnnotations(reference) });
    },
    async finish() {
      if (tags.length === 0)
        throw new ContentError("CONTENT_INVALID", "an archive without an image cannot be written", {
          hint: "an image must be pushed and tagged",
        });
      for (const [path, bytes] of tablesOf(tags)) await addFile(path, bytes.length, once(bytes));
      await output.add(tarEnd);
      await output.flush();
    },
  };
}

/** A manifest with one of its names. */
interface Tagged {
  readonly descriptor: Descriptor;
  readonly document: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Both tables of contents: an OCI layout's index.json and Docker's manifest.json. */
function tablesOf(tags: readonly Tagged[]): readonly (readonly [string, Uint8Array])[] {
  const manifests = tags.map(({ descriptor, annotations }) => {
    const { mediaType, digest, size } = descriptor;
    return Object.keys(annotations).length === 0
      ? { mediaType, digest, size }
      : { mediaType, digest, size, annotations };
  });
  const byDigest = new Map(tags.map((tag) => [tag.descriptor.digest, tag]));
  const entries = [...byDigest.values()].map(({ descriptor, document }) => {
    const manifest = parseManifest(document, `the manifest ${descriptor.digest}`);
    return {
      config: blobPath(manifest.config),
      names: tags.filter((tag) => tag.descriptor.digest === descriptor.digest).flatMap(dockerName),
      layers: manifest.layers.map(blobPath),
    };
  });
  return [
    ["index.json", encodeIndex({ mediaType: mediaTypes.index, manifests })],
    ["manifest.json", encodeDockerTable(entries)],
    ["oci-layout", layoutMarker],
  ];
}

function dockerName(tag: Tagged): readonly string[] {
  const name = tag.annotations[fullNameAnnotation];
  return name === undefined ? [] : [shortReference(parseReference(name))];
}

function blobPath(descriptor: Descriptor): string {
  return `blobs/sha256/${digestHex(descriptor.digest)}`;
}

async function readAll(descriptor: Descriptor, content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (descriptor.size > maximumDocumentSize) {
    throw invalidDocument(`the manifest ${descriptor.digest} has more than ${maximumDocumentSize} bytes`);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of verified(content, descriptor)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function batched(write: (chunks: readonly Uint8Array[]) => Promise<void>) {
  let waiting: Uint8Array[] = [];
  let size = 0;
  const flush = async () => {
    const chunks = waiting;
    waiting = [];
    size = 0;
    if (chunks.length > 0) await write(chunks);
  };
  const add = async (chunk: Uint8Array) => {
    if (chunk.length === 0) return;
    waiting.push(chunk);
    size += chunk.length;
    if (size >= 1 << 20) await flush();
  };
  return { add, flush };
}

function severalPlatforms(descriptor: Descriptor): ContentError {
  return new ContentError("CONTENT_INVALID", `${descriptor.digest} is for several platforms; an archive holds one`, {
    hint: "choose one with --platform, or write to oci-dir://",
  });
}
