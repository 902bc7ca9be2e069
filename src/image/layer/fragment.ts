import type { Cache } from "../../cache/cache.ts";
import type { FileType } from "../../facts/model.ts";
import { type FileTrait, fileTrait } from "../../facts/trait.ts";
import { type Compression, packingName } from "./compression.ts";
import { type Entry, encodeEntry } from "./entry.ts";
import { createMemberPacker } from "./members.ts";

/**
 * What one input contributes to a layer: a piece of a tar stream without end blocks, compressed once and kept in the
 * cache. A layer is the concatenation of its fragments' members.
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
  /** What dpkg keeps of the package; null for what is not a Debian package. */
  readonly package: PackageRecord | null;
  /** Directories the input ships, which the layer writes once for all: `[path, mode, uid, gid, mtime]`. */
  readonly directories: readonly DirectoryRow[];
  /** Everything else: `[path, type, size, mode, uid, gid, linkPath]`. */
  readonly files: readonly FileRow[];
  /** What programs, libraries and scripts among the files need, so that facts need not read them again. */
  readonly traits: readonly (readonly [path: string, trait: FileTrait])[];
}

/** What dpkg's database says of an installed package besides its files. */
export interface PackageRecord {
  /** The control stanza. */
  readonly control: string;
  /** Configuration files, absolute, with the MD5 (hex) of what the package ships. */
  readonly conffiles: readonly (readonly [path: string, md5: string])[];
  /** The package's own `triggers` file; empty where it has none. */
  readonly triggers: string;
  /** Names under which it ships what a merged /usr puts elsewhere: `bin/sh` of `usr/bin/sh`. */
  readonly aliases: readonly (readonly [path: string, shipped: string])[];
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

/** A fragment yet to be made: `key` names all it depends on, `open` reads it when it is not in the cache. */
export interface FragmentSource {
  readonly key: string;
  open(): Promise<FragmentContent>;
}

/** What goes into a fragment, read as it is compressed. */
export interface FragmentContent {
  readonly entries: AsyncIterable<Entry> | Iterable<Entry>;
  /** The package's record, asked for when all entries have been read; absent for what is not a Debian package. */
  readonly package?: () => PackageRecord;
}

/** Where packed pieces are kept, and how they are packed. */
export interface Packing {
  readonly cache: Cache;
  readonly compression: Compression;
  /** Fragments being made right now, by name: images built at the same time make each once. */
  readonly pending: Map<string, Promise<Fragment>>;
  /** Ends packing between two files. */
  readonly signal?: AbortSignal;
}

/** A packing for each compression. Whoever builds several images gives all of them the same. */
export function createPackings(cache: Cache, signal?: AbortSignal): Readonly<Record<Compression, Packing>> {
  const stop = signal === undefined ? {} : { signal };
  return {
    gzip: { cache, compression: "gzip", pending: new Map(), ...stop },
    zstd: { cache, compression: "zstd", pending: new Map(), ...stop },
  };
}

/** The fragment from the cache, or made from its source and kept there. */
export async function loadFragment(source: FragmentSource, packing: Packing): Promise<Fragment> {
  const { pending } = packing;
  const place = recordKey(source.key, packing);
  const running = pending.get(place) ?? findOrMake(source, place, packing);
  pending.set(place, running);
  try {
    return await running;
  } finally {
    if (pending.get(place) === running) pending.delete(place);
  }
}

async function findOrMake(source: FragmentSource, place: string, packing: Packing): Promise<Fragment> {
  const { cache } = packing;
  const known = await cache.record("fragment", place);
  if (isFragment(known, source.key) && (await cache.path(known.sha256)) !== null) return known;
  const made = await makeFragment(source.key, await source.open(), packing);
  await cache.writeRecord("fragment", place, made);
  return made;
}

const fragmentsAtOnce = 4;

/**
 * Loads a few fragments at a time, so that unpacking one and compressing another share the processor's cores. When one
 * fails, no other is begun.
 */
export async function loadFragments(
  sources: readonly FragmentSource[],
  packing: Packing,
): Promise<readonly Fragment[]> {
  const results: Fragment[] = [];
  let next = 0;
  const worker = async () => {
    try {
      for (let index = next++; index < sources.length; index = next++) {
        packing.signal?.throwIfAborted();
        const source = sources[index];
        if (source !== undefined) results[index] = await loadFragment(source, packing);
      }
    } catch (cause) {
      next = sources.length;
      throw cause;
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: fragmentsAtOnce }, worker));
  for (const worked of settled) if (worked.status === "rejected") throw worked.reason;
  return results;
}

async function makeFragment(key: string, content: FragmentContent, packing: Packing): Promise<Fragment> {
  const packer = createMemberPacker(packing.compression);
  const directories: DirectoryRow[] = [];
  const files: FileRow[] = [];
  const traits: [string, FileTrait][] = [];
  let newest = 0;
  for await (const entry of content.entries) {
    packing.signal?.throwIfAborted();
    const { path, type, mode, uid, gid, mtime, linkPath } = entry;
    newest = Math.max(newest, mtime);
    if (type === "directory") {
      directories.push([path, mode, uid, gid, mtime]);
      continue;
    }
    files.push([path, type, entry.content.length, mode, uid, gid, linkPath]);
    const trait = type === "file" ? fileTrait(entry, entry.content) : null;
    if (trait !== null) traits.push([path, trait]);
    for (const piece of encodeEntry(entry)) await packer.add(piece);
  }
  const { sha256, size } = await packing.cache.write(await packer.finish());
  return {
    key,
    sha256,
    size,
    unpackedSize: packer.unpackedSize(),
    newest,
    package: content.package?.() ?? null,
    directories,
    files,
    traits,
  };
}

/** Bump when the shape of `Fragment` or the way it is encoded changes. */
const fragmentForm = 4;

function recordKey(key: string, packing: Packing): string {
  return `${fragmentForm} ${packingName(packing)} ${key}`;
}

function isFragment(value: unknown, key: string): value is Fragment {
  return typeof value === "object" && value !== null && "key" in value && value.key === key && "sha256" in value;
}
