import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Cache } from "../cache/cache.ts";
import { VulnError } from "./error.ts";
import { hashFile } from "./feed/open.ts";
import { type ImportOptions, importAdvisories, listFiles } from "./import.ts";
import { openAdvisoryIndex } from "./index/read.ts";
import { indexVersion } from "./index/schema.ts";

/**
 * The path of an index of the feeds in `folder`, in the cache under a name made of the files' hashes. It is built when
 * absent or unusable; hashes are remembered by the files' size and time, so that a second call takes milliseconds.
 * Throws what `importAdvisories` throws.
 */
export async function ensureIndexFor(folder: string, cache: Cache, options: ImportOptions): Promise<string> {
  const key = await keyOf(folder, cache, options);
  const path = join(await cache.folder("advisories"), `${key}.sqlite`);
  if (isUsable(path)) return path;
  await importAdvisories([folder], path, options);
  return path;
}

async function keyOf(folder: string, cache: Cache, options: ImportOptions): Promise<string> {
  const hash = createHash("sha256").update(`index ${indexVersion}\n`);
  for (const { path } of await listFiles([folder])) {
    options.signal?.throwIfAborted();
    hash.update(`${await rememberedHash(path, cache, options.signal)}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}

const recordKind = "advisory-file";

async function rememberedHash(path: string, cache: Cache, signal: AbortSignal | undefined): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  const key = createHash("sha256")
    .update(`${resolve(path)}\n${size}\n${mtimeNs}\n${ino}`)
    .digest("hex");
  const known = await cache.record(recordKind, key);
  if (typeof known === "string") return known;
  const sha256 = await hashFile(path, signal);
  await cache.writeRecord(recordKind, key, sha256);
  return sha256;
}

function isUsable(path: string): boolean {
  try {
    openAdvisoryIndex(path).close();
    return true;
  } catch (cause) {
    if (cause instanceof VulnError) return false;
    throw cause;
  }
}
