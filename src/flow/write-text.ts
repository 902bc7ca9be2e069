import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { writeFileAtomically } from "../content/disk.ts";

/**
 * Writes a text file under a temporary name, syncs and renames it; missing folders are made. What is there and no file, such
 * as /dev/stdout or a pipe, is written to and never replaced. Throws CONTENT_UNWRITABLE.
 */
export async function writeText(path: string, text: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile()) {
    await writeFile(path, text);
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, async (handle) => await handle.writeFile(text));
}
