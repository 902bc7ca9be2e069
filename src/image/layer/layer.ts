import { createHash } from "node:crypto";
import { gunzip } from "../../archive/gzip.ts";
import { tarEnd } from "../../archive/tar-write.ts";
import { blamingEntries } from "../../cache/blame.ts";
import type { Cache } from "../../cache/cache.ts";
import { type Digest, parseDigest, sha256Digest } from "../../oci/digest.ts";
import { type Entry, encodeEntry } from "./entry.ts";
import { compression, type DirectoryRow, type Fragment, type FragmentSource, loadFragment } from "./fragment.ts";
import { gzipMembers } from "./members.ts";
import { type Directories, mergeDirectories, skeletonEntries } from "./skeleton.ts";

/** A layer composed of cached, already compressed parts. */
export interface Layer {
  readonly key: string;
  readonly digest: Digest;
  /** Compressed bytes. */
  readonly size: number;
  /** Digest of the tar stream. */
  readonly diffId: Digest;
  readonly unpackedSize: number;
  /** The compressed bytes in order, each kept in the cache. */
  readonly parts: readonly { readonly sha256: string; readonly size: number }[];
  /** Newest modification time in it, in seconds. */
  readonly newest: number;
  /** Keys of the fragments it is made of. */
  readonly fragments: readonly string[];
  /** All directories up to and including this layer. */
  readonly directories: readonly DirectoryRow[];
}

/** A layer with what it is called in the image's history. */
export interface NamedLayer extends Layer {
  readonly name: string;
}

/** What a layer is made of. `check` may refuse a set of fragments; `generated` adds files that depend on all fragments, such as dpkg's status. */
export interface LayerRequest {
  readonly sources: readonly FragmentSource[];
  readonly below: Layer | null;
  readonly check?: (fragments: readonly Fragment[]) => void;
  readonly generated?: { readonly rules: string; entries(fragments: readonly Fragment[]): readonly Entry[] };
}

const layerRules = `layer/1 ${compression}`;
const fragmentsAtOnce = 4;
const layerLimit = 2 ** 36;

/**
 * Composes a layer: its directories once, then each fragment, then the end of the archive. Nothing is compressed that
 * has been before, and a layer composed before is not even read.
 */
export async function composeLayer(request: LayerRequest, cache: Cache): Promise<Layer> {
  const key = layerKey(request);
  const known = await cache.record("layer", key);
  if (isLayer(known, key) && (await allThere(known, cache))) return known;
  const fragments = await loadFragments(request.sources, cache);
  request.check?.(fragments);
  const layer = await joinFragments(key, request, fragments, cache);
  await cache.writeRecord("layer", key, layer);
  return layer;
}

/** Whether chunks are the reader's to keep, or lent until it asks for the next. */
export type LayerReading = "stream" | "lend";

/** The bytes of `layer`; fails with CACHE_CORRUPT, naming the entry, when a cached part has changed. */
export async function* layerContent(layer: Layer, cache: Cache, reading: LayerReading): AsyncGenerator<Uint8Array> {
  for (const part of layer.parts) yield* cache[reading](part.sha256);
}

function layerKey(request: LayerRequest): string {
  const keys = request.sources.map((source) => source.key);
  return sha256Digest(JSON.stringify([layerRules, request.below?.key ?? null, request.generated?.rules ?? null, keys]));
}

/** Loads a few fragments at a time, so that unpacking one and compressing another share the processor's cores. */
async function loadFragments(sources: readonly FragmentSource[], cache: Cache): Promise<readonly Fragment[]> {
  const results: Fragment[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < sources.length; index = next++) {
      const source = sources[index];
      if (source !== undefined) results[index] = await loadFragment(source, cache);
    }
  };
  await Promise.all(Array.from({ length: fragmentsAtOnce }, worker));
  return results;
}

async function joinFragments(
  key: string,
  request: LayerRequest,
  fragments: readonly Fragment[],
  cache: Cache,
): Promise<Layer> {
  const directories = mergeDirectories(directoriesOf(request.below), fragments);
  const generated = request.generated?.entries(fragments) ?? [];
  const skeleton = skeletonEntries(fragments, directories, { base: request.below === null, generated });
  const first = await storePart([...skeleton, ...generated].flatMap(encodeEntry), cache);
  const last = await storePart([tarEnd], cache);
  const parts = [first, ...fragments, last].map(({ sha256, size }) => ({ sha256, size }));
  return {
    key,
    ...(await blamingEntries(
      cache,
      parts.map((part) => part.sha256),
      async () => await measure(parts, cache),
    )),
    parts,
    newest: fragments.reduce((newest, fragment) => Math.max(newest, fragment.newest), request.below?.newest ?? 0),
    fragments: fragments.map((fragment) => fragment.key),
    directories: [...directories.values()],
  };
}

/** Digests and sizes of a layer, compressed and unpacked, in one pass over its parts. */
async function measure(parts: Layer["parts"], cache: Cache) {
  const whole = createHash("sha256");
  const unpacked = createHash("sha256");
  let size = 0;
  let unpackedSize = 0;
  const compressed = async function* () {
    for (const part of parts) {
      for await (const chunk of cache.stream(part.sha256)) {
        whole.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    }
  };
  for await (const piece of gunzip(compressed(), { limit: layerLimit, what: "a composed layer" })) {
    unpacked.update(piece);
    unpackedSize += piece.length;
  }
  const digest = parseDigest(`sha256:${whole.digest("hex")}`);
  return { digest, size, diffId: parseDigest(`sha256:${unpacked.digest("hex")}`), unpackedSize };
}

function directoriesOf(layer: Layer | null): Directories {
  return new Map((layer?.directories ?? []).map((row) => [row[0], row]));
}

async function storePart(tar: readonly Uint8Array[], cache: Cache) {
  return await cache.write(await gzipMembers(tar));
}

async function allThere(layer: Layer, cache: Cache): Promise<boolean> {
  const paths = await Promise.all(layer.parts.map(async (part) => await cache.path(part.sha256)));
  return paths.every((path) => path !== null);
}

function isLayer(value: unknown, key: string): value is Layer {
  return typeof value === "object" && value !== null && "key" in value && value.key === key && "parts" in value;
}
