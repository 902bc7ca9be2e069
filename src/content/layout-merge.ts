import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { openIndexFile } from "./layout-files.ts";
import { withImages } from "./layout-index.ts";

/**
 * Moves all that the layout in the folder `from` has into the one in the folder `into`, on the same file system: blobs first,
 * then the names, which there replace the same names of other images. Throws CONTENT_UNWRITABLE, or the system's error.
 */
export async function mergeLayout(from: string, into: string): Promise<void> {
  const blobs = join("blobs", "sha256");
  for (const name of await readdir(join(from, blobs))) await rename(join(from, blobs, name), join(into, blobs, name));
  const added = await openIndexFile(from, from).read();
  await openIndexFile(into, into).change((index) => withImages(index, added));
}
