import type { FileHandle } from "node:fs/promises";
import { posix } from "node:path";
import { paddedSize, tarCore } from "../archive/tar-core.ts";
import { blockSize } from "../archive/tar-header.ts";
import type { FileRange } from "./disk.ts";
import { ContentError } from "./error.ts";

/** Where the files of a tar archive stand, by path. */
export interface TarIndex {
  /** The place of the file `path`, links followed within the archive; null where there is none. */
  find(path: string): FileRange | null;
}

/**
 * Finds the files of the tar archive in `handle`, which `what` names in messages, by its headers alone: contents are passed
 * over. Throws the errors of `archive/` for what is not a sound tar archive, ARCHIVE_TOO_LARGE for more than 100 000
 * entries, and CONTENT_INVALID for a file given twice (programs differ in which one they take) or cut short.
 */
export async function indexTar(handle: FileHandle, what: string): Promise<TarIndex> {
  const { size: end } = await handle.stat();
  const core = tarCore({ what, limits: { entries: 100_000, nameLength: 1024 } });
  const files = new Map<string, FileRange>();
  const links = new Map<string, string>();
  const read = windowReader(handle);
  let at = 0;
  while (at + blockSize <= end) {
    const step = core.block(await read(at, blockSize));
    at += blockSize;
    if (step.kind === "end") break;
    if (step.kind === "zero") continue;
    if (at + step.size > end) throw core.truncated();
    if (step.kind === "extension") {
      core.extension(await read(at, step.size));
    } else {
      const { path, type, linkPath } = step.header;
      if (files.has(path) || links.has(path)) throw twice(what, path);
      if (type === "file") files.set(path, { start: at, size: step.size });
      else if (type === "symlink") links.set(path, posix.join(posix.dirname(path), linkPath));
      else if (type === "link") links.set(path, linkPath);
    }
    at += paddedSize(step.size);
  }
  core.finish();
  return {
    find(path) {
      let target = posix.normalize(path);
      for (let hops = 0; hops < 8; hops++) {
        const file = files.get(target);
        if (file !== undefined) return file;
        const next = links.get(target);
        if (next === undefined) return null;
        target = next;
      }
      return null;
    },
  };
}

/** Reads pieces of a file; small ones that lie close together come out of one read of 32 KiB. */
function windowReader(handle: FileHandle): (start: number, size: number) => Promise<Uint8Array> {
  let window: Uint8Array = new Uint8Array(0);
  let from = 0;
  return async (start, size) => {
    if (start < from || start + size > from + window.length) {
      const buffer = Buffer.alloc(Math.max(size, 32_768));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
      window = buffer.subarray(0, bytesRead);
      from = start;
    }
    return window.subarray(start - from, start - from + size);
  };
}

function twice(what: string, path: string): ContentError {
  return new ContentError("CONTENT_INVALID", `${what} has ${JSON.stringify(path.slice(0, 200))} twice`, {
    hint: "programs would differ in which of them they read; save the image again",
  });
}
