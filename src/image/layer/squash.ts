import { collect } from "../../archive/bytes.ts";
import { decompress } from "../../archive/decompress.ts";
import { readTar, type TarHeader } from "../../archive/tar-read.ts";
import { ImageError } from "../error.ts";
import type { Entry } from "./entry.ts";
import { loadFragment, type Packing } from "./fragment.ts";
import { composeLayer, type Layer, layerContent } from "./layer.ts";
import type { Root } from "./root.ts";

const fileLimit = 2 ** 31;

/** One layer that holds what `layers` amount to: what upper layers hide or replace is gone from it. */
export async function squash(
  { layers, root }: { readonly layers: readonly Layer[]; readonly root: Root },
  packing: Packing,
): Promise<Layer> {
  const key = `squash/1 ${layers.map((layer) => layer.diffId).join(" ")}`;
  const fragment = await loadFragment(
    { key, open: async () => ({ entries: survivingEntries(layers, root, packing) }) },
    packing,
  );
  return await composeLayer({ name: "squashed", fragments: [fragment], root }, packing);
}

/** The files that `layers` leave in `root`, each once, in the order of the layers. Throws IMAGE_UNSUPPORTED for a hard link to a file an upper layer replaces. */
export async function* survivingEntries(layers: readonly Layer[], root: Root, packing: Packing): AsyncGenerator<Entry> {
  const written = new Set<string>();
  for (const [index, layer] of layers.entries()) {
    const what = `the layer ${layer.name}`;
    const tar = decompress(layerContent(layer, packing.cache, "stream"), { limit: layer.unpackedSize, what });
    for await (const { header, content } of readTar(tar, { what })) {
      const kept = root.get(header.path);
      if (kept === undefined || written.has(header.path)) continue;
      if (header.type !== "directory" && kept.layer !== index) continue;
      if (header.type === "directory" && kept.type !== "directory") continue;
      if (header.type === "link" && root.get(header.linkPath)?.layer !== index) throw brokenLink(header);
      written.add(header.path);
      const { path, type, mtime, linkPath } = header;
      const { mode, uid, gid } = type === "directory" ? kept : header;
      const bytes = await collect(content, { limit: fileLimit, what: `${what}: ${path}` });
      yield { path, type, mode, uid, gid, mtime, linkPath, content: bytes };
    }
  }
}

function brokenLink(header: TarHeader): ImageError {
  return new ImageError(
    "IMAGE_UNSUPPORTED",
    `/${header.path} is a hard link to /${header.linkPath}, which an upper layer replaces: it cannot be squashed`,
    { hint: "use `output: layered`, or replace the link too" },
  );
}
