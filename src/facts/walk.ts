import type { Source } from "../oci/graph.ts";
import type { Manifest } from "../oci/manifest.ts";
import { type Layer, type LayerPlace, readLayer, type WalkBudget, type WalkOptions } from "./layer.ts";
import { applyLayer, type MutableTree } from "./merge.ts";
import type { ImageLayer, InspectedTree } from "./model.ts";

/** Room for any image in use, and an end for one made to exhaust its reader. */
export const defaultWalkLimits: Readonly<WalkBudget> = {
  entries: 4_000_000,
  unpackedBytes: 64 * 2 ** 30,
  keptBytes: 256 * 2 ** 20,
};

/** Layers being read at a time: unpacking runs on other threads, so that two keep two cores busy. */
const layersAtOnce = 2;

/**
 * Reads every layer of an image once and applies them in order. Compressed bytes are checked against size and digest as
 * they stream; of contents only those asked for and what the inspector says of them stay in memory. Paths have no leading slash. Throws FACTS_LAYER_INVALID,
 * FACTS_DIFF_ID_MISMATCH, FACTS_TOO_LARGE, OCI_CONTENT_MISMATCH and the source's errors.
 */
export async function walkImage(source: Source, manifest: Manifest, options: WalkOptions): Promise<InspectedTree> {
  const places = manifest.layers.map((descriptor, index) => {
    return { descriptor, index, diffId: options.diffIds?.[index] ?? "" };
  });
  const read = await readAll(source, places, options);
  const tree: MutableTree = { files: new Map(), contents: new Map(), traits: new Map() };
  const layers: ImageLayer[] = [];
  for (const [index, { descriptor, diffId }] of places.entries()) {
    const layer = read[index] ?? { files: [], unpackedSize: 0 };
    applyLayer(tree, layer.files);
    layers.push({ descriptor, diffId, unpackedSize: layer.unpackedSize });
  }
  return { ...tree, layers };
}

/** The first failure ends the reading of the others, which is over when this returns or throws. */
async function readAll(source: Source, places: readonly LayerPlace[], options: WalkOptions): Promise<readonly Layer[]> {
  const budget: WalkBudget = { ...defaultWalkLimits, ...options.limits };
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const layers: Layer[] = [];
  const waiting = places.values();
  const worker = async () => {
    try {
      for (const place of waiting) layers[place.index] = await readLayer(source, place, { ...options, budget, signal });
    } catch (cause) {
      stop.abort(cause);
    }
  };
  await Promise.allSettled(Array.from({ length: layersAtOnce }, worker));
  stop.signal.throwIfAborted();
  return layers;
}
