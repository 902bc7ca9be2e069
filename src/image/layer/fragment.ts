import { gzipBytes } from "../../archive/gzip.ts";
import type { Cache } from "../../cache/cache.ts";
import type { FileType } from "../../facts/model.ts";
import { type Entry, encodeEntry } from "./entry.ts";

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
  entries(): Promise<FragmentContent>;
}

/** What goes into a fragment; `control` is the package's control stanza, where it is a Debian package. */
export interface FragmentContent {
  readonly entries: readonly Entry[];
  readonly control: string | null;
}

/** Compression is part of a fragment's name: another zlib may write other bytes for the same content. */
export const compression = `gzip-6/${process.versions["zlib"] ?? "unknown"}`;

const memberSize = 4 << 20;

/** The fragment from the cache, or made from its source and kept there. */
export async function loadFragment(source: FragmentSource, cache: Cache): Promise<Fragment> {
  const known = await knownFragment(source.key, cache);
  if (known !== null && (await cache.path(known.sha256)) !== null) return known;
  const made = await makeFragment(source.key, await source.entries(), cache);
  await cache.writeRecord("fragment", source.key, made);
  return made;
}

/** The record of a fragment made before; null when there is none. */
export async function knownFragment(key: string, cache: Cache): Promise<Fragment | null> {
  const known = await cache.record("fragment", key);
  return isFragment(known, key) ? known : null;
}

async function makeFragment(key: string, content: FragmentContent, cache: Cache): Promise<Fragment> {
  const { entries, control } = content;
  const files = entries.filter((entry) => entry.type !== "directory");
  const tar = files.flatMap(encodeEntry);
  const stored = await cache.write(await gzipMembers(tar));
  return {
    key,
    sha256: stored.sha256,
    size: stored.size,
    unpackedSize: tar.reduce((sum, piece) => sum + piece.length, 0),
    newest: entries.reduce((newest, entry) => Math.max(newest, entry.mtime), 0),
    control,
    directories: entries
      .filter((entry) => entry.type === "directory")
      .map((entry) => [entry.path, entry.mode, entry.uid, entry.gid, entry.mtime]),
    files: files.map((entry) => [
      entry.path,
      entry.type,
      entry.content.length,
      entry.mode,
      entry.uid,
      entry.gid,
      entry.linkPath,
    ]),
  };
}

/** Compresses `pieces` as gzip members of at most 4 MiB each, in parallel; the bytes do not depend on the parallelism. */
export async function gzipMembers(pieces: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const members: Promise<Uint8Array>[] = [];
  let pending: Uint8Array[] = [];
  let pendingSize = 0;
  const flush = () => {
    if (pendingSize === 0) return;
    members.push(gzipBytes(Buffer.concat(pending, pendingSize)));
    pending = [];
    pendingSize = 0;
  };
  for (const piece of pieces) {
    for (let offset = 0; offset < piece.length; ) {
      const taken = Math.min(memberSize - pendingSize, piece.length - offset);
      pending.push(piece.subarray(offset, offset + taken));
      pendingSize += taken;
      offset += taken;
      if (pendingSize === memberSize) flush();
    }
  }
  flush();
  return await Promise.all(members);
}

function isFragment(value: unknown, key: string): value is Fragment {
  return typeof value === "object" && value !== null && "key" in value && value.key === key && "sha256" in value;
}
