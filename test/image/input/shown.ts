import { collect } from "../../../src/archive/bytes.ts";
import { gunzip } from "../../../src/archive/gzip.ts";
import { readTar } from "../../../src/archive/tar-read.ts";
import type { Cache } from "../../../src/cache/cache.ts";
import { createPackings, type FragmentSource, loadFragment } from "../../../src/image/layer/fragment.ts";

/**
 * What a fragment puts into a layer, one line a path: `file 0644 0:0 2023-11-14 text`, `link` and `symlink` with their
 * targets, directories from its record.
 */
export async function shownFragment(source: FragmentSource, cache: Cache): Promise<Record<string, string>> {
  const fragment = await loadFragment(source, createPackings(cache).gzip);
  const rows: Record<string, string> = {};
  for (const [path, mode, uid, gid, mtime] of fragment.directories) {
    rows[path] = `directory ${octal(mode)} ${uid}:${gid} ${day(mtime)}`;
  }
  const limit = { limit: 1 << 24, what: "the fragment" };
  for await (const { header, content } of readTar(gunzip(cache.stream(fragment.sha256), limit))) {
    const { type, mode, uid, gid, mtime, linkPath } = header;
    const text = linkPath === "" ? Buffer.from(await collect(content, limit)).toString() : `-> ${linkPath}`;
    rows[header.path] = `${type} ${octal(mode)} ${uid}:${gid} ${day(mtime)} ${text}`.trimEnd();
  }
  return Object.fromEntries(Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
