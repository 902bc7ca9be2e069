import type { Source } from "../oci/graph.ts";
import type { Manifest } from "../oci/manifest.ts";
import { spendListed } from "./files/collect.ts";
import type { Layer, LayerPlace, ReadOptions, WalkBudget, WalkOptions } from "./files/layer.ts";
import type { InspectedTree } from "./files/tree.ts";
import { layerFiles, readLayer } from "./layer.ts";
import { applyLayer, createTree } from "./merge.ts";
import type { ImageLayer } from "./model.ts";
import { nameOf } from "./path.ts";
import { linkedAccountFiles } from "./user.ts";

/** Room for any image in use, and an end for one made to exhaust its reader. */
export const defaultWalkLimits: Readonly<WalkBudget> = {
  entries: 4_000_000,
  listedBytes: 96 * 2 ** 20,
  unpackedBytes: 64 * 2 ** 30,
  keptBytes: 256 * 2 ** 20,
  swollenBytes: 4 * 2 ** 30,
};

/** Layers being read at a time: unpacking runs on other threads, so that two keep two cores busy. */
const layersAtOnce = 2;

/**
 * Reads every layer of an image once and applies them in order; where links of the accounts lead to other files, they are
 * read again for those. Compressed bytes are checked against size and digest as they stream; of contents only those
 * asked for and what the inspector says of them stay in memory. Paths have no leading slash. Throws FACTS_LAYER_INVALID,
 * FACTS_DIFF_ID_MISMATCH, FACTS_TOO_LARGE, OCI_CONTENT_MISMATCH and the source's errors.
 */
export async function walkImage(source: Source, manifest: Manifest, options: WalkOptions): Promise<InspectedTree> {
  const places = manifest.layers.map((descriptor, index) => {
    return { descriptor, index, diffId: options.diffIds?.[index] ?? "" };
  });
  const budget: WalkBudget = { ...defaultWalkLimits, ...options.limits };
  const read = await readAll(source, places, { ...options, budget });
  const tree = applied(read, places);
  const linked = unreadAccounts(tree, options.keep);
  if (linked.length === 0) return tree;
  const sizes = new Map(linked.map(({ name, size }) => [name, size]));
  const keep: WalkOptions["keep"] = (path, file) => Math.max(options.keep(path, file), sizes.get(nameOf(path)) ?? 0);
  const { memory: _, ...plain } = options;
  return applied(await readAll(source, places, { ...plain, budget, keep }), places);
}

/** The layers are empty afterwards: what they hold is in the tree alone. */
function applied(read: readonly Layer[], places: readonly LayerPlace[]): InspectedTree {
  const tree = createTree();
  const layers: ImageLayer[] = [];
  for (const [at, layer] of read.entries()) {
    const place = places[at];
    if (place === undefined) continue;
    const { descriptor, diffId, index } = place;
    applyLayer(tree, { index, markers: layer.markers, files: layerFiles(layer, { drain: true }) });
    layers.push({ descriptor, diffId, unpackedSize: layer.unpackedSize });
  }
  return { ...tree, layers };
}

/**
 * The account files that are wanted and were not kept, as only all layers together say where links lead. They are known by
 * their names: the path that a layer has for one may itself lead through a link of another.
 */
function unreadAccounts({ files, contents }: InspectedTree, keep: WalkOptions["keep"]) {
  return [...linkedAccountFiles(files)]
    .filter(([, file]) => !contents.has(file.path))
    .map(([path, file]) => {
      const { size } = (file.type === "link" ? files.get(file.linkPath) : null) ?? file;
      return { name: nameOf(file.path), size: keep(path, { size, type: "file" }) };
    })
    .filter(({ size }) => size > 0);
}

/** The first failure ends the reading of the others, which is over when this returns or throws. */
async function readAll(source: Source, places: readonly LayerPlace[], options: ReadOptions): Promise<readonly Layer[]> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const layers: Layer[] = [];
  // The largest first, so that at the end none is read alone for long.
  const waiting = [...places].sort((a, b) => b.descriptor.size - a.descriptor.size).values();
  const worker = async () => {
    try {
      for (const place of waiting) layers[place.index] = await recallOrRead(source, place, { ...options, signal });
    } catch (cause) {
      stop.abort(cause);
    }
  };
  await Promise.allSettled(Array.from({ length: layersAtOnce }, worker));
  stop.signal.throwIfAborted();
  return layers;
}

async function recallOrRead(source: Source, place: LayerPlace, options: ReadOptions): Promise<Layer> {
  const known = await options.memory?.recall(place);
  if (known !== null && known !== undefined) {
    spendListed(place.descriptor, known.listedBytes, options.budget);
    return known;
  }
  const layer = await readLayer(source, place, options);
  await options.memory?.remember(place, layer);
  return layer;
}
