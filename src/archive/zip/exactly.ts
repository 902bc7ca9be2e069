import type { FileHandle } from "node:fs/promises";
import { ArchiveError } from "../error.ts";

/** Reads `size` bytes at `position` of a file, or throws ZIP_INVALID when it ends before. `what` names it in messages. */
export async function readExactly(
  file: FileHandle,
  at: { readonly position: number; readonly size: number; readonly what: string },
): Promise<Buffer> {
  const { size } = await file.stat();
  if (at.position < 0 || at.position + at.size > size) throw invalidZip(at.what, "the archive is cut off");
  const buffer = Buffer.alloc(at.size);
  let filled = 0;
  while (filled < at.size) {
    const { bytesRead } = await file.read(buffer, filled, at.size - filled, at.position + filled);
    if (bytesRead === 0) throw invalidZip(at.what, "the archive is cut off");
    filled += bytesRead;
  }
  return buffer;
}

/** The error for a zip archive, or an entry of one, that is not what the format says. */
export function invalidZip(what: string, why: string, cause?: unknown): ArchiveError {
  return new ArchiveError("ZIP_INVALID", `${what}: ${why}`, {
    hint: "the archive is damaged or uses what is not read here; get it again, or in another form",
    ...(cause === undefined ? {} : { cause }),
  });
}
