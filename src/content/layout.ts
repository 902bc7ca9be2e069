import { type FileHandle, lstat, mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestHex, isDigest } from "../oci/digest.ts";
import type { Target } from "../oci/graph.ts";
import { verified } from "../oci/verify.ts";
import { chooseImage, type NamedSource } from "./choose.ts";
import {
  openRegularFile,
  type RangeOptions,
  readRange,
  temporaryName,
  withFolder,
  writeFileAtomically,
  writeStream,
} from "./disk.ts";
import { errorCode, readError } from "./disk-error.ts";
import { ContentError } from "./error.ts";
import { absentAt, checkFolder, noLayout, openIndexFile, readSmallFile, writeWhole } from "./layout-files.ts";
import {
  checkMarker,
  describeDocument,
  emptyLayoutIndex,
  encodeLayoutIndex,
  layoutImages,
  layoutMarker,
  nameAnnotations,
  withImage,
} from "./layout-index.ts";
import { mergeLayout } from "./layout-merge.ts";
import { createReferrerReader } from "./referrers.ts";

/** An OCI image layout on disk (OCI image-spec, image-layout.md): a source and a target. */
export interface Layout extends NamedSource, Target {
  readonly directory: string;
}

/**
 * Opens the layout in `directory`. Blobs are written under a temporary name, synced once and renamed; index.json likewise,
 * under a lock, so that any number of processes may write at once. Throws CONTENT_NOT_FOUND where there is no layout,
 * CONTENT_INVALID for symbolic links in place of its files or folders, and CONTENT_UNREADABLE where it may not be read.
 */
export async function openLayout(directory: string): Promise<Layout> {
  const root = await realpath(directory).catch((cause: unknown) => {
    throw isAbsence(cause) ? noLayout(directory) : readError(cause, directory);
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
 * last, and after a failure at most blobs that nothing names are left. To one that appears meanwhile, the new one is added
 * as a whole. Throws CONTENT_EXISTS where something else is there, CONTENT_UNREADABLE and CONTENT_UNWRITABLE where the disk
 * refuses.
 */
export async function writeLayout<Result>(
  directory: string,
  fill: (layout: Layout) => Promise<Result>,
): Promise<Result> {
  const place = await realpath(directory).catch(() => resolve(directory));
  if (await isLayout(place, directory)) return await fill(await openLayout(directory));

  const temporary = temporaryName(place);
  return await withFolder(place, async () => {
    try {
      for (const folder of ["", "blobs", "blobs/sha256"]) await mkdir(join(temporary, folder));
      await writeWhole(join(temporary, "oci-layout"), layoutMarker);
      await writeWhole(join(temporary, "index.json"), encodeLayoutIndex(emptyLayoutIndex));
      const result = await fill(layoutIn(temporary, directory));
      await rename(temporary, place).catch(async (cause: unknown) => {
        if (!(await isLayout(place, directory))) throw cause;
        await mergeLayout(temporary, (await openLayout(place)).directory);
      });
      return result;
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

/** Whether `place` has a layout, and not nothing or an empty folder. Throws CONTENT_EXISTS for anything else. */
async function isLayout(place: string, directory: string): Promise<boolean> {
  const found = await readdir(place).catch((cause: unknown): string[] => {
    if (errorCode(cause) === "ENOENT") return [];
    throw errorCode(cause) === "ENOTDIR" ? occupied(directory) : readError(cause, directory);
  });
  if (found.length > 0 && !found.includes("oci-layout")) throw occupied(directory);
  return found.length > 0;
}

function layoutIn(root: string, shown: string): Layout {
  const blob = (digest: Digest) => join(root, "blobs", "sha256", digestHex(digest));
  const index = openIndexFile(root, shown);
  const entries = async () => layoutImages(await index.read(), join(shown, "index.json"));
  const reader = createReferrerReader(async ({ digest }) => await readSmallFile(blob(digest)));

  const read = (descriptor: Descriptor, options: RangeOptions) =>
    readBlob(() => openBlob(blob(descriptor.digest), descriptor, shown), descriptor, options);

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
    fetch: async (descriptor, signal) => read(descriptor, { signal }),
    lend: async (descriptor, signal) => read(descriptor, { signal, lends: true }),
    referrers: async (subject, options) => await reader.list(subject, await entries(), options),
    async exists(descriptor) {
      const path = blob(descriptor.digest);
      const found = await lstat(path).catch(absentAt(path));
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
      await index.change((current) => withImage(current, { descriptor, annotations }));
    },
  };
  return layout;
}

/** Opens the blob when it is first read: who is given content may be stopped before, and would leave a file open. */
async function* readBlob(
  open: () => Promise<FileHandle>,
  descriptor: Descriptor,
  options: RangeOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open();
  try {
    yield* readRange(handle, { start: 0, size: descriptor.size }, options);
  } finally {
    await handle.close();
  }
}

/** Opens a blob whose size must be as announced; a longer file would otherwise pass for a shorter one. */
async function openBlob(path: string, descriptor: Descriptor, shown: string): Promise<FileHandle> {
  const handle = await openRegularFile(path).catch(absentAt(path));
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

function isAbsence(cause: unknown): boolean {
  return errorCode(cause) === "ENOENT" || errorCode(cause) === "ENOTDIR";
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
