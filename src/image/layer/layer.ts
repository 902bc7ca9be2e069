import { createHash } from "node:crypto";
import { decompress } from "../../archive/decompress.ts";
import { tarEnd } from "../../archive/tar-write.ts";
import { blamingEntries } from "../../cache/blame.ts";
import type { Cache } from "../../cache/cache.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { layerMediaType, packingName } from "./compression.ts";
import { encodeEntry } from "./entry.ts";
import type { Fragment, Packing } from "./fragment.ts";
import { packMembers } from "./members.ts";
import type { Root } from "./root.ts";
import { skeletonEntries } from "./skeleton.ts";

/** A layer composed of cached, already compressed parts. */
export interface Layer {
  /** What it is called in the image's history. */
  readonly name: string;
  readonly mediaType: string;
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
}

/** What a layer is made of. `root` says what its directories are like in the whole image. */
export interface LayerRequest {
  readonly name: string;
  readonly fragments: readonly Fragment[];
  readonly root: Root;
}

const layerLimit = 2 ** 36;

/**
 * Composes a layer: its directories once, then each fragment, then the end of the archive. Nothing is compressed that
 * has been before, and a layer composed before is not even read.
 */
export async function composeLayer({ name, fragments, root }: LayerRequest, packing: Packing): Promise<Layer> {
  const { cache, compression } = packing;
  const skeleton = Buffer.concat(skeletonEntries(fragments, root).flatMap(encodeEntry));
  const hash = createHash("sha256").update(packingName(packing)).update(skeleton);
  for (const fragment of fragments) hash.update(fragment.sha256);
  const key = `2 ${hash.digest("hex")}`;
  const known = await cache.record("layer", key);
  if (isMeasured(known) && (await allThere(known.parts, cache))) return { ...known, name };
  const first = await cache.write(await packMembers([skeleton], compression));
  const last = await cache.write(await packMembers([tarEnd], compression));
  const parts = [first, ...fragments, last].map(({ sha256, size }) => ({ sha256, size }));
  const pieces = parts.map((part) => part.sha256);
  const measured: Measured = {
    mediaType: layerMediaType(compression),
    ...(await blamingEntries(cache, pieces, async () => await measure(parts, packing))),
    parts,
    newest: fragments.reduce((newest, fragment) => Math.max(newest, fragment.newest), 0),
  };
  await cache.writeRecord("layer", key, measured);
  return { ...measured, name };
}

/** Whether chunks are the reader's to keep, or lent until it asks for the next. */
export type LayerReading = "stream" | "lend";

/** The bytes of `layer`; fails with CACHE_CORRUPT, naming the entry, when a cached part has changed. */
export async function* layerContent(
  layer: Pick<Layer, "parts">,
  cache: Cache,
  reading: LayerReading,
): AsyncGenerator<Uint8Array> {
  for (const part of layer.parts) yield* cache[reading](part.sha256);
}

/** Whether every part of a layer is still in the cache. */
export async function allThere(parts: Layer["parts"], cache: Cache): Promise<boolean> {
  for (const part of parts) if ((await cache.path(part.sha256)) === null) return false;
  return true;
}

/** A layer without the name an image gives it. */
type Measured = Omit<Layer, "name">;

/** Digests and sizes of a layer, compressed and unpacked, in one pass over its parts. */
async function measure(parts: Layer["parts"], { cache, signal }: Packing) {
  const whole = createHash("sha256");
  const unpacked = createHash("sha256");
  let size = 0;
  let unpackedSize = 0;
  const compressed = async function* () {
    for (const part of parts) {
      for await (const chunk of cache.stream(part.sha256, signal)) {
        whole.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    }
  };
  for await (const piece of decompress(compressed(), { limit: layerLimit, what: "a composed layer" })) {
    unpacked.update(piece);
    unpackedSize += piece.length;
  }
  const digest = parseDigest(`sha256:${whole.digest("hex")}`);
  return { digest, size, diffId: parseDigest(`sha256:${unpacked.digest("hex")}`), unpackedSize };
}

function isMeasured(value: unknown): value is Measured {
  return typeof value === "object" && value !== null && "diffId" in value && "parts" in value;
}
