import type { Cache } from "../../cache/cache.ts";
import type { FileType } from "../../facts/model.ts";
import { type Entry, encodeEntry } from "./entry.ts";
import { createMemberPacker } from "./members.ts";

/**
 * What one input contributes to a layer: a piece of a tar stream without end blocks, compressed once and kept in the
 * cache. A gzip layer is the concatenation of its fragments' members.
 */
export interface Fragment {
  /** Names the fragment by what it was made from. */
  readonly key: string;
  /** The compressed bytes in the cache. */
  readonly sha256: string;
  readonly size: number;
  /** Bytes of tar once unpacked. */
  readonly unpackedSize: number;
  /** Newest modification time of its files in seconds. */
  readonly newest: number;
  /** The package's control stanza; null for what is not a Debian package. */
  readonly control: string | null;
  /** Directories the input ships, which the layer writes once for all: `[path, mode, uid, gid, mtime]`. */
  readonly directories: readonly DirectoryRow[];
  /** Everything else: `[path, type, size, mode, uid, gid, linkPath]`. */
  readonly files: readonly FileRow[];
}

/** A directory in a fragment's record. */
export type DirectoryRow = readonly [path: string, mode: number, uid: number, gid: number, mtime: number];
/** Any other file in a fragment's record. */
export type FileRow = readonly [
  path: string,
  type: FileType,
  size: number,
  mode: number,
  uid: number,
  gid: number,
  linkPath: string,
];

/** A fragment yet to be made: `key` names all it depends on, `entries` reads them when it is not in the cache. */
export interface FragmentSource {
  readonly key: string;
  open(): Promise<FragmentContent>;
}

/**
 * What goes into a fragment, read as it is compressed; `control` is the package's control stanza, where it is a Debian
 * package.
 */
export interface FragmentContent {
  readonly entries: AsyncIterable<Entry> | Iterable<Entry>;
  readonly control: string | null;
}

/** Compression is part of a fragment's name: another zlib may write other bytes for the same content. */
export const compression = `gzip-6/1MiB/${process.versions["zlib"] ?? "unknown"}`;

/** The fragment from the cache, or made from its source and kept there. */
export async function loadFragment(source: FragmentSource, cache: Cache): Promise<Fragment> {
  const known = await knownFragment(source.key, cache);
  if (known !== null && (await cache.path(known.sha256)) !== null) return known;
  const made = await makeFragment(source.key, await source.open(), cache);
  await cache.writeRecord("fragment", source.key, made);
  return made;
}

/** The record of a fragment made before; null when there is none. */
export async function knownFragment(key: string, cache: Cache): Promise<Fragment | null> {
  const known = await cache.record("fragment", key);
  return isFragment(known, key) ? known : null;
}

async function makeFragment(key: string, content: FragmentContent, cache: Cache): Promise<Fragment> {
  const packer = createMemberPacker();
  const directories: DirectoryRow[] = [];
  const files: FileRow[] = [];
  let newest = 0;
  for await (const entry of content.entries) {
    const { path, type, mode, uid, gid, mtime, linkPath } = entry;
    newest = Math.max(newest, mtime);
    if (type === "directory") {
      directories.push([path, mode, uid, gid, mtime]);
      continue;
    }
    files.push([path, type, entry.content.length, mode, uid, gid, linkPath]);
    for (const piece of encodeEntry(entry)) await packer.add(piece);
  }
  const { sha256, size } = await cache.write(await packer.finish());
  return {
    key,
    sha256,
    size,
    unpackedSize: packer.unpackedSize(),
    newest,
    control: content.control,
    directories,
    files,
  };
}

function isFragment(value: unknown, key: string): value is Fragment {
  return typeof value === "object" && value !== null && "key" in value && value.key === key && "sha256" in value;
}
