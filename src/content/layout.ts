import { type FileHandle, lstat, mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestHex, isDigest } from "../oci/digest.ts";
import type { Target } from "../oci/graph.ts";
import { invalidDocument, maximumDocumentSize } from "../oci/json.ts";
import { verified } from "../oci/verify.ts";
import { chooseImage, type NamedSource } from "./choose.ts";
import {
  errorCode,
  openRegularFile,
  readRange,
  temporaryName,
  withFolder,
  writeFileAtomically,
  writeStream,
} from "./disk.ts";
import { ContentError } from "./error.ts";
import {
  checkMarker,
  describeDocument,
  emptyLayoutIndex,
  encodeLayoutIndex,
  type LayoutIndex,
  layoutImages,
  layoutMarker,
  nameAnnotations,
  parseLayoutIndex,
  withImage,
} from "./layout-index.ts";
import { createLimiter } from "./limiter.ts";
import { withFileLock } from "./lock.ts";
import { createReferrerReader } from "./referrers.ts";

/** An OCI image layout on disk (OCI image-spec, image-layout.md): a source and a target. */
export interface Layout extends NamedSource, Target {
  readonly directory: string;
}

/**
 * Opens the layout in `directory`. Blobs are written under a temporary name, synced once and renamed; index.json likewise,
 * under a lock, so that any number of processes may write at once. Throws CONTENT_NOT_FOUND where there is no layout, and
 * CONTENT_INVALID for symbolic links in place of its files or folders.
 */
export async function openLayout(directory: string): Promise<Layout> {
  const root = await realpath(directory).catch((cause: unknown) => {
    throw errorCode(cause) === "ENOENT" || errorCode(cause) === "ENOTDIR" ? noLayout(directory) : cause;
  });
  for (const folder of ["blobs", "blobs/sha256"]) await checkFolder(join(root, folder), directory);
  const marker = await readSmallFile(join(root, "oci-layout"));
  if (marker === null) throw noLayout(directory);
  checkMarker(marker, join(directory, "oci-layout"));
  return layoutIn(root, directory);
}

/**
 * Gives `fill` a layout to write to. A new one appears at `directory` only when `fill` has succeeded, and is removed when
 * it has not; an empty folder is replaced. Into a layout that is there already, content is added: its index.json changes
 * last, and after a failure at most blobs that nothing names are left. Throws CONTENT_EXISTS where something else is there, CONTENT_UNWRITABLE where the disk refuses.
 */
export async function writeLayout<Result>(
  directory: string,
  fill: (layout: Layout) => Promise<Result>,
): Promise<Result> {
  const place = await realpath(directory).catch(() => resolve(directory));
  const found = await readdir(place).catch((cause: unknown): string[] => {
    if (errorCode(cause) === "ENOENT") return [];
    throw errorCode(cause) === "ENOTDIR" ? occupied(directory) : cause;
  });
  if (found.includes("oci-layout")) return await fill(await openLayout(directory));
  if (found.length > 0) throw occupied(directory);

  const temporary = temporaryName(place);
  return await withFolder(place, async () => {
    try {
      await mkdir(join(temporary, "blobs", "sha256"), { recursive: true });
      await writeWhole(join(temporary, "oci-layout"), layoutMarker);
      await writeWhole(join(temporary, "index.json"), encodeLayoutIndex(emptyLayoutIndex));
      const result = await fill(layoutIn(temporary, directory));
      await rename(temporary, place);
      return result;
    } catch (cause) {
      await rm(temporary, { recursive: true, force: true });
      throw cause;
    }
  });
}

function layoutIn(root: string, shown: string): Layout {
  const blob = (digest: Digest) => join(root, "blobs", "sha256", digestHex(digest));
  const indexPath = join(root, "index.json");
  const readIndex = async (): Promise<LayoutIndex> => {
    const bytes = await readSmallFile(indexPath);
    if (bytes === null) throw noLayout(shown);
    return parseLayoutIndex(bytes, join(shown, "index.json"));
  };
  const entries = async () => layoutImages(await readIndex(), join(shown, "index.json"));
  const reader = createReferrerReader(async ({ digest }) => await readSmallFile(blob(digest)));
  const oneAtATime = createLimiter(1);

  const layout: Layout = {
    borrows: true,
    directory: shown,
    images: async () => await reader.withoutReferrers(await entries()),
    async choose(reference) {
      const known = reference === null ? await layout.images() : await entries();
      if (reference !== null && isDigest(reference) && !known.some((image) => image.descriptor.digest === reference)) {
        const bytes = await readSmallFile(blob(reference));
        if (bytes === null) throw notFound(reference, shown);
        return describeDocument(bytes, reference, shown);
      }
      return chooseImage(known, reference, shown);
    },
    resolve: async (reference) => await layout.choose(reference),
    async fetch(descriptor, signal) {
      return readBlob(() => openBlob(blob(descriptor.digest), descriptor, shown), descriptor, signal);
    },
    referrers: async (subject, options) => await reader.list(subject, await entries(), options),
    async exists(descriptor) {
      const found = await lstat(blob(descriptor.digest)).catch(absent);
      return found?.isFile() === true && found.size === descriptor.size;
    },
    async push(descriptor, content, signal) {
      signal?.throwIfAborted();
      await writeFileAtomically(blob(descriptor.digest), async (handle) => {
        await writeStream(handle, verified(content, descriptor));
      });
    },
    async tag(descriptor, reference) {
      if (!(await layout.exists(descriptor))) throw notFound(descriptor.digest, shown);
      const annotations = nameAnnotations(reference);
      await oneAtATime(async () => {
        await withFileLock(join(root, ".index.json.lock"), async () => {
          await writeWhole(indexPath, encodeLayoutIndex(withImage(await readIndex(), { descriptor, annotations })));
        });
      });
    },
  };
  return layout;
}

/** Opens the blob when it is first read: who is given content may be stopped before, and would leave a file open. */
async function* readBlob(
  open: () => Promise<FileHandle>,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open();
  try {
    yield* readRange(handle, { start: 0, size: descriptor.size }, signal);
  } finally {
    await handle.close();
  }
}

/** Opens a blob whose size must be as announced; a longer file would otherwise pass for a shorter one. */
async function openBlob(path: string, descriptor: Descriptor, shown: string): Promise<FileHandle> {
  const handle = await openRegularFile(path).catch(absent);
  if (handle === null) throw notFound(descriptor.digest, shown);
  const { size } = await handle.stat();
  if (size === descriptor.size) return handle;
  await handle.close();
  throw new ContentError(
    "CONTENT_INVALID",
    `${descriptor.digest} in ${shown} has ${size} bytes, not ${descriptor.size}`,
    {
      hint: "the layout is damaged; write it again",
    },
  );
}

/** A file of at most 4 MiB; null where there is none. */
async function readSmallFile(path: string): Promise<Uint8Array | null> {
  const handle = await openRegularFile(path).catch(absent);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    if (size > maximumDocumentSize) {
      throw invalidDocument(`${path} has ${size} bytes, more than ${maximumDocumentSize}`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await writeFileAtomically(path, async (handle) => await handle.writeFile(bytes));
}

async function checkFolder(path: string, shown: string): Promise<void> {
  const found = await lstat(path).catch(absent);
  if (found === null) throw noLayout(shown);
  if (!found.isDirectory()) {
    throw new ContentError("CONTENT_INVALID", `${path} is not a folder of the layout itself`, {
      hint: "a layout with symbolic links in place of its folders is not read; copy it with links resolved",
    });
  }
}

function absent(cause: unknown): null {
  if (errorCode(cause) === "ENOENT") return null;
  throw cause;
}

function noLayout(directory: string): ContentError {
  return new ContentError("CONTENT_NOT_FOUND", `there is no OCI image layout in ${directory}`, {
    hint: "a layout is a folder with oci-layout, index.json and blobs/sha256",
  });
}

function notFound(digest: Digest, shown: string): ContentError {
  return new ContentError("CONTENT_NOT_FOUND", `${digest} is not in ${shown}`, {
    hint: "the layout is incomplete; write it again",
  });
}

function occupied(directory: string): ContentError {
  return new ContentError("CONTENT_EXISTS", `${directory} exists and is not an OCI image layout`, {
    hint: "choose another path, or remove what is there",
  });
}
