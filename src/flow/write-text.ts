import { readlink, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { withFolder, writeFileAtomically } from "../content/disk.ts";
import { diskError, errorCode } from "../content/disk-error.ts";

/**
 * Writes a text file, given as a whole or in pieces, under a temporary name, syncs and renames it; missing folders are made. A symbolic link stays, and the
 * file it leads to is written, also where that is not there yet. What is there and no file, such as /dev/stdout or a pipe, is
 * written to and never replaced. Throws CONTENT_UNWRITABLE.
 */
export async function writeText(path: string, text: string | Iterable<string>): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile()) return await writeInPlace(path, text);
  const file = await behindLinks(path);
  await withFolder(file, async () => await writeFileAtomically(file, async (handle) => await handle.writeFile(text)));
}

async function writeInPlace(path: string, text: string | Iterable<string>): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw diskError(cause, path);
  });
}

/** The path without symbolic links at its end, whether or not there is anything. */
async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT") throw diskError(cause, path);
  }
  const next = await readlink(path).catch(() => null);
  if (next === null) return path;
  // Not made shorter: what `..` means behind a link is for the system to say.
  return await behindLinks(isAbsolute(next) ? next : `${dirname(path)}/${next}`);
}
