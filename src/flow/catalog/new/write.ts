import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CatalogError } from "../../../catalog/error.ts";
import { withFolder } from "../../../content/disk.ts";
import { diskError, errorCode } from "../../../content/disk-error.ts";

/** Throws CATALOG_EXISTS where the catalogue has something in the image's place. */
export async function refuseExisting(directory: string, name: string): Promise<void> {
  const path = join(directory, "image", name);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw taken(path);
}

/**
 * Writes the files of the image `name`, by their paths below the catalogue's folder: all of them, or none. They lie in a folder
 * of another name until they are whole. Throws CATALOG_EXISTS and CONTENT_UNWRITABLE.
 */
export async function writeImage(directory: string, name: string, files: ReadonlyMap<string, string>): Promise<void> {
  const place = join(directory, "image", name);
  await withFolder(place, async () => {
    const folder = await mkdtemp(join(directory, ".new-"));
    try {
      for (const [path, text] of files) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text, { flag: "wx", flush: true });
      }
      await rename(join(folder, "image", name), place);
    } catch (cause) {
      if (["EEXIST", "ENOTEMPTY", "ENOTDIR"].includes(errorCode(cause) ?? "")) throw taken(place);
      throw diskError(cause, place);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

function taken(path: string): CatalogError {
  return new CatalogError("CATALOG_EXISTS", `${path} is there already, and nothing of it is overwritten`, {
    hint: "give the image another name and the package with --package, see what would be written with --dry-run in another --catalog, or move the folder away",
  });
}
