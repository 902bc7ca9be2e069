import { createHash } from "node:crypto";
import { decompress } from "../archive/decompress.ts";
import { ArchiveError } from "../archive/error.ts";
import { createTarParser } from "../archive/tar-read.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Source } from "../oci/graph.ts";
import { layerCompression } from "../oci/media-type.ts";
import { FactsError } from "./error.ts";
import { collect, tooMuch, type WantedLink } from "./files/collect.ts";
import type { Finder } from "./files/finder.ts";
import { type Layer, type LayerPlace, nothingKnown, type ReadOptions, type WalkBudget } from "./files/layer.ts";
import { layerWindow, openPacked, type PackedLayer } from "./files/packed-layer.ts";
import type { LayerFile } from "./merge.ts";

/**
 * Reads one layer, checking size and digest; counts what it takes off `options.budget`. Throws FACTS_LAYER_INVALID,
 * FACTS_DIFF_ID_MISMATCH, FACTS_TOO_LARGE, OCI_CONTENT_MISMATCH and the source's errors.
 */
export async function readLayer(source: Source, place: LayerPlace, options: ReadOptions): Promise<Layer> {
  const { descriptor } = place;
  if (layerCompression(descriptor.mediaType) === null) {
    throw invalid(descriptor, `its media type is ${descriptor.mediaType}`);
  }
  const { layer, links } = await readPass(source, place, options);
  const missing = linkedContents(layer, links, options);
  if (missing.size === 0) return layer;
  const again = await readPass(source, place, {
    ...withoutInspector(options),
    keep: (path) => missing.get(path)?.size ?? 0,
    ...(options.finder === undefined ? {} : { finder: underOtherNames(options.finder, missing) }),
  });
  return withContents(layer, again.layer);
}

/** A layer with what a second reading of it has found. */
function withContents(layer: Layer, again: Layer): Layer {
  const known = new Map(layer.known);
  for (const [at, more] of again.known) {
    const first = known.get(at) ?? nothingKnown;
    known.set(at, { ...first, content: first.content ?? more.content, finding: first.finding ?? more.finding });
  }
  return { ...layer, known };
}

/** The files of a layer with what is known of them. With `drain`, the layer lets go of what was read. */
export function* layerFiles(layer: Layer, options: { readonly drain?: boolean } = {}): Generator<LayerFile> {
  let at = 0;
  for (const file of layer.files.read(options)) yield { file, ...(layer.known.get(at++) ?? nothingKnown) };
}

/** The options of a second reading, in which nothing is inspected again. */
function withoutInspector(options: ReadOptions): ReadOptions {
  const { inspector: _, ...plain } = options;
  return plain;
}

/**
 * Files that were not asked for by their own path but by that of a hard link to them, which a tar archive has later.
 * Package managers with a shared store make such layers; they are read twice.
 */
function linkedContents(
  layer: Layer,
  links: readonly WantedLink[],
  { finder }: ReadOptions,
): ReadonlyMap<string, WantedLink> {
  const wanted = new Map(links.map((link) => [link.target, link]));
  const missing = new Map<string, WantedLink>();
  if (wanted.size === 0) return missing;
  for (const { file, content, finding } of layerFiles(layer)) {
    const link = file.type === "file" ? wanted.get(file.path) : undefined;
    if (link === undefined) continue;
    const lacksContent = link.size > 0 && content === null;
    const lacksFinding = finding === null && finder?.wants(link.path) === true && file.size > 0;
    if (lacksContent || lacksFinding) missing.set(file.path, link);
  }
  return missing;
}

function underOtherNames(finder: Finder, links: ReadonlyMap<string, WantedLink>): Finder {
  return {
    wants: () => false,
    open(path, file, start) {
      const link = links.get(path);
      return link === undefined ? null : finder.open(link.path, file, start);
    },
  };
}

/** Linux's PATH_MAX without its NUL: no program could open a longer path, nor make a link to one. */
const nameLength = 4095;

/** What may follow the end of an archive and is still read: tar programs fill their last record, of up to 1 MiB, with zeros. */
const mostBehindEnd = 2 ** 20;

/** How many times its size a layer unpacks to at most, but for files that are nearly empty; text comes to some ten. */
const usualRatio = 100;

interface Pass {
  readonly layer: Layer;
  readonly links: readonly WantedLink[];
}

async function readPass(source: Source, place: LayerPlace, options: ReadOptions): Promise<Pass> {
  const { descriptor, diffId } = place;
  const what = `the layer ${descriptor.digest}`;
  const collected = collect(place, options);
  const parser = createTarParser(collected.handler, { what, limits: { nameLength } });
  const hash = options.verifyDiffIds === true ? createHash("sha256") : null;
  const packed = await openPacked(source, descriptor, options.signal);
  const meter = createMeter(descriptor, packed, options.budget);
  const limit = options.budget.unpackedBytes;
  let unpackedSize = 0;
  try {
    for await (const chunk of decompress(packed.bytes, {
      limit,
      what,
      window: layerWindow,
      lends: true,
      borrows: true,
    })) {
      options.signal?.throwIfAborted();
      unpackedSize += chunk.length;
      meter.count(chunk.length);
      hash?.update(chunk);
      parser.write(chunk);
      const last = parser.size === null ? Number.POSITIVE_INFINITY : parser.size + mostBehindEnd;
      if (unpackedSize <= last || hash !== null) continue;
      unpackedSize = last;
      break;
    }
    parser.end();
    await packed.readRest();
  } catch (cause) {
    if (!(cause instanceof ArchiveError)) throw cause;
    if (cause.code === "ARCHIVE_TOO_LARGE") throw tooMuch(descriptor, cause.message, cause);
    await packed.readRest();
    throw invalid(descriptor, cause.message, cause);
  } finally {
    await packed.close();
  }
  const digest = hash === null ? diffId : `sha256:${hash.digest("hex")}`;
  if (digest !== diffId) throw otherDiffId(descriptor, digest, diffId);
  const { files, known, markers, links } = collected;
  return { layer: { files, known, markers, unpackedSize, listedBytes: collected.listedBytes() }, links };
}

/** Counts unpacked bytes off a budget. */
function createMeter(descriptor: Descriptor, packed: PackedLayer, budget: WalkBudget) {
  let unpacked = 0;
  let swollen = 0;
  return {
    count(bytes: number): void {
      unpacked += bytes;
      budget.unpackedBytes -= bytes;
      if (budget.unpackedBytes < 0) throw tooMuch(descriptor, "all layers together are too large");
      const before = swollen;
      swollen = Math.max(0, unpacked - usualRatio * packed.size());
      budget.swollenBytes -= swollen - before;
      if (budget.swollenBytes >= 0) return;
      throw tooMuch(descriptor, `it unpacks to more than ${usualRatio} times its size, by gigabytes`);
    },
  };
}

function invalid(descriptor: Descriptor, reason: string, cause?: unknown): FactsError {
  return new FactsError("FACTS_LAYER_INVALID", `the layer ${descriptor.digest} cannot be read: ${reason}`, {
    hint: "the image was written wrongly or is not a container image; build or fetch it again",
    cause,
  });
}

function otherDiffId(descriptor: Descriptor, found: string, announced: string): FactsError {
  return new FactsError(
    "FACTS_DIFF_ID_MISMATCH",
    `the layer ${descriptor.digest} unpacks to ${found}, not to ${announced || "anything its configuration names"}`,
    { hint: "manifest and configuration do not belong together; build or fetch the image again" },
  );
}
