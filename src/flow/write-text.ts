import { stat, writeFile } from "node:fs/promises";
import { withFolder, writeFileAtomically } from "../content/disk.ts";
import { diskError } from "../content/disk-error.ts";

/**
 * Writes a text file under a temporary name, syncs and renames it; missing folders are made. What is there and no file, such
 * as /dev/stdout or a pipe, is written to and never replaced. Throws CONTENT_UNWRITABLE.
 */
export async function writeText(path: string, text: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile()) await writeInPlace(path, text);
  else
    await withFolder(path, async () => await writeFileAtomically(path, async (handle) => await handle.writeFile(text)));
}

async function writeInPlace(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw diskError(cause, path);
  });
}
