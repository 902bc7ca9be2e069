import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { invalidDocument, maximumDocumentSize } from "../oci/json.ts";
import { openRegularFile, writeFileAtomically } from "./disk.ts";
import { errorCode, readError } from "./disk-error.ts";
import { ContentError } from "./error.ts";
import { encodeLayoutIndex, type LayoutIndex, parseLayoutIndex } from "./layout-index.ts";
import { createLimiter } from "./limiter.ts";
import { withFileLock } from "./lock.ts";

/** The index.json of a layout. */
export interface IndexFile {
  /** Throws CONTENT_NOT_FOUND where there is none. */
  read(): Promise<LayoutIndex>;
  /** Replaces it by what `change` makes of it; of all processes that do so, one after another. Throws CONTENT_UNWRITABLE. */
  change(change: (index: LayoutIndex) => LayoutIndex): Promise<void>;
}

/** The index.json of the layout in the folder `root`; messages call the layout `shown`. */
export function openIndexFile(root: string, shown: string): IndexFile {
  const path = join(root, "index.json");
  const oneAtATime = createLimiter(1);
  const read = async () => {
    const bytes = await readSmallFile(path);
    if (bytes === null) throw noLayout(shown);
    return parseLayoutIndex(bytes, join(shown, "index.json"));
  };
  return {
    read,
    async change(change) {
      await oneAtATime(async () => {
        await withFileLock(join(root, ".index.json.lock"), async () => {
          await writeWhole(path, encodeLayoutIndex(change(await read())));
        });
      });
    },
  };
}

/** A file of at most 4 MiB; null where there is none. Throws CONTENT_UNREADABLE, CONTENT_INVALID and OCI_DOCUMENT_INVALID. */
export async function readSmallFile(path: string): Promise<Uint8Array | null> {
  const handle = await openRegularFile(path).catch(absentAt(path));
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

/** Writes a file of a layout, whole or not at all. Throws CONTENT_UNWRITABLE. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await writeFileAtomically(path, async (handle) => await handle.writeFile(bytes));
}

/** Throws CONTENT_NOT_FOUND where `path` is absent, CONTENT_INVALID where it is no folder; `shown` is for messages. */
export async function checkFolder(path: string, shown: string): Promise<void> {
  const found = await lstat(path).catch(absentAt(path));
  if (found === null) throw noLayout(shown);
  if (!found.isDirectory()) {
    throw new ContentError("CONTENT_INVALID", `${path} is not a folder of the layout itself`, {
      hint: "a layout with symbolic links in place of its folders is not read; copy it with links resolved",
    });
  }
}

/** Takes what failed for `path`: null where nothing is there. Throws CONTENT_UNREADABLE where it may not be read. */
export function absentAt(path: string): (cause: unknown) => null {
  return (cause) => {
    if (errorCode(cause) === "ENOENT") return null;
    throw readError(cause, path);
  };
}

/** CONTENT_NOT_FOUND for a folder without layout. */
export function noLayout(directory: string): ContentError {
  return new ContentError("CONTENT_NOT_FOUND", `there is no OCI image layout in ${directory}`, {
    hint: "a layout is a folder with oci-layout, index.json and blobs/sha256",
  });
}
