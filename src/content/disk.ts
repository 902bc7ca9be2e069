import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { diskError, errorCode } from "./disk-error.ts";
import { ContentError } from "./error.ts";

/**
 * Writes the file `path` through `fill` under a temporary name beside it, syncs it once and renames it: the file is there
 * whole or not at all. Throws CONTENT_UNWRITABLE where the disk refuses, and whatever `fill` throws.
 */
export async function writeFileAtomically<Result>(
  path: string,
  fill: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  const temporary = temporaryName(path);
  try {
    const handle = await open(temporary, "wx", 0o644);
    let result: Result;
    try {
      result = await fill(handle);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    return result;
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw diskError(cause, path);
  }
}

/**
 * Runs `task` after making sure that the folder `path` goes into is there; if `task` fails, folders made for it are removed.
 * Throws CONTENT_UNWRITABLE, and whatever `task` throws.
 */
export async function withFolder<Result>(path: string, task: () => Promise<Result>): Promise<Result> {
  const folder = dirname(path);
  let created: string | null = null;
  try {
    created = await makeFolders(folder);
    return await task();
  } catch (cause) {
    if (created !== null) await removeEmptyFolders(folder, created);
    throw diskError(cause, path);
  }
}

/**
 * Makes `folder` and what is missing above it; returns the topmost that was made, null where none was. Node's own way never
 * ends in a folder such as /proc, which says of a new one that it is not there.
 */
async function makeFolders(folder: string): Promise<string | null> {
  if (await isFolder(folder)) return null;
  const above = dirname(folder);
  const top = await makeFolders(above);
  try {
    await mkdir(folder);
  } catch (cause) {
    if (errorCode(cause) === "EEXIST" && (await isFolder(folder))) return top;
    if (top !== null) await removeEmptyFolders(above, top);
    throw cause;
  }
  return top ?? folder;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Removes `deepest` and the folders above it up to `top`, as far as they are empty. */
async function removeEmptyFolders(deepest: string, top: string): Promise<void> {
  for (let folder = deepest; folder.startsWith(top); folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

/** A name beside `path` that nothing else uses. */
export function temporaryName(path: string): string {
  return `${path.replace(/\/+$/, "")}.partial-${randomBytes(6).toString("hex")}`;
}

/**
 * Writes all of `content` at the handle's position, in pieces large enough to be cheap; returns how many bytes it had. It is
 * done with each chunk before it asks for the next: one that waits for others is copied.
 */
export async function writeStream(handle: FileHandle, content: AsyncIterable<Uint8Array>): Promise<number> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let total = 0;
  for await (const chunk of content) {
    size += chunk.length;
    const isEnough = size >= 1 << 20;
    waiting.push(isEnough ? chunk : Buffer.from(chunk));
    if (!isEnough) continue;
    await writeAll(handle, waiting);
    total += size;
    waiting = [];
    size = 0;
  }
  await writeAll(handle, waiting);
  return total + size;
}

/** Writes all of `chunks` at the handle's position. */
export async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks.filter((chunk) => chunk.length > 0);
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest);
    rest = dropBytes(rest, bytesWritten);
  }
}

function dropBytes(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  const rest: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (left < chunk.length) rest.push(chunk.subarray(left));
    left = Math.max(0, left - chunk.length);
  }
  return rest;
}

/**
 * Opens the regular file `path` for reading. Throws CONTENT_INVALID where the path ends in a symbolic link or anything else
 * that is not a regular file, and the system's error otherwise.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (cause: unknown) => {
      throw errorCode(cause) === "ELOOP" ? notRegular(path) : cause;
    },
  );
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw notRegular(path);
}

/** A part of a file: where it starts and how long it is, in bytes. */
export interface FileRange {
  readonly start: number;
  readonly size: number;
}

/** How to read a range. */
export interface RangeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether all pieces share one buffer, which is overwritten when the next is asked for. */
  readonly lends?: boolean;
}

/** The bytes of `range`, in pieces of up to 1 MiB; fewer where the file ends before. */
export async function* readRange(
  handle: FileHandle,
  range: FileRange,
  { signal, lends = false }: RangeOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = range.start + range.size;
  const room = () => Buffer.allocUnsafeSlow(Math.min(1 << 20, range.size));
  const shared = lends && range.size > 0 ? room() : null;
  for (let at = range.start; at < end; ) {
    signal?.throwIfAborted();
    const buffer = (shared ?? room()).subarray(0, end - at);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

function notRegular(path: string): ContentError {
  return new ContentError("CONTENT_INVALID", `${path} is a symbolic link or not a regular file`, {
    hint: "a layout or archive is read only where its files are its own; copy it with links resolved",
  });
}
