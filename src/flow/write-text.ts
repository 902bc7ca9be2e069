import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { writeFileAtomically } from "../content/disk.ts";

/** Writes a text file under a temporary name, syncs and renames it; missing folders are made. Throws CONTENT_UNWRITABLE. */
export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, async (handle) => await handle.writeFile(text));
}
