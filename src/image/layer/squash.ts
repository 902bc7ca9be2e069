import { collect } from "../../archive/bytes.ts";
import { decompress } from "../../archive/decompress.ts";
import { readTar } from "../../archive/tar-read.ts";
import type { Entry } from "./entry.ts";
import { loadFragment, type Packing } from "./fragment.ts";
import { composeLayer, type Layer, layerContent } from "./layer.ts";
import { adoptOrphans } from "./orphans.ts";
import type { Root } from "./root.ts";
import type { Stack } from "./stack.ts";

const fileLimit = 2 ** 31;

/** One layer that holds what `layers` amount to: what upper layers hide or replace is gone from it. */
export async function squash({ layers, root }: Pick<Stack, "layers" | "root">, packing: Packing): Promise<Layer> {
  const key = `squash/2 ${layers.map((layer) => layer.diffId).join(" ")}`;
  const fragment = await loadFragment(
    { key, open: async () => ({ entries: survivingEntries(layers, root, packing) }) },
    packing,
  );
  return await composeLayer({ name: "squashed", fragments: [fragment], root }, packing);
}

/**
 * The files that `layers` leave in `root`, each once, in the order of the layers. Where the first name of a file is gone,
 * the next hard link to it becomes the file.
 */
export async function* survivingEntries(layers: readonly Layer[], root: Root, packing: Packing): AsyncGenerator<Entry> {
  const written = new Set<string>();
  for (const [index, layer] of layers.entries()) {
    const orphans: Entry[] = [];
    for await (const { header, content } of layerEntries(layer, packing)) {
      const kept = root.get(header.path);
      if (kept === undefined || written.has(header.path)) continue;
      if (header.type !== "directory" && kept.layer !== index) continue;
      if (header.type === "directory" && kept.type !== "directory") continue;
      written.add(header.path);
      const { path, type, mtime, linkPath } = header;
      const { mode, uid, gid } = type === "directory" ? kept : header;
      const entry = { path, type, mode, uid, gid, mtime, linkPath, content: nothing };
      const target = type === "link" ? root.get(linkPath) : undefined;
      if (type === "link" && (target?.layer !== index || target.type === "directory")) orphans.push(entry);
      else yield { ...entry, content: await collect(content, { limit: fileLimit, what: `${layer.name}: ${path}` }) };
    }
    if (orphans.length > 0) yield* adoptOrphans(orphans, layerEntries(layer, packing), { what: layer.name });
  }
}

const nothing = new Uint8Array(0);

function layerEntries(layer: Layer, packing: Packing) {
  const what = `the layer ${layer.name}`;
  const tar = decompress(layerContent(layer, packing.cache, "stream"), { limit: layer.unpackedSize, what });
  return readTar(tar, { what });
}
