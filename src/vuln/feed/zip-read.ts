import type { FileHandle } from "node:fs/promises";
import { invalidContent, type Place } from "./place.ts";

/** Reads `size` bytes at `position` of a file, or throws VULN_FORMAT_INVALID when it ends before. */
export async function readExactly(
  file: FileHandle,
  at: { readonly position: number; readonly size: number; readonly place: Place },
): Promise<Buffer> {
  const { size } = await file.stat();
  if (at.position < 0 || at.position + at.size > size) throw invalidContent(at.place, "the archive is cut off");
  const buffer = Buffer.alloc(at.size);
  let filled = 0;
  while (filled < at.size) {
    const { bytesRead } = await file.read(buffer, filled, at.size - filled, at.position + filled);
    if (bytesRead === 0) throw invalidContent(at.place, "the archive is cut off");
    filled += bytesRead;
  }
  return buffer;
}
