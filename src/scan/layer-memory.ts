import type { Cache } from "../cache/cache.ts";
import type { Known, Layer, LayerMemory, LayerPlace } from "../facts/files/layer.ts";
import { restoreFiles } from "../facts/files/packed.ts";
import { isObject } from "./json.ts";

const kind = "layer-scan";
/** Layers that take more are read again instead: writing them would take longer than it saves. */
const largestRecord = 2 ** 26;

/**
 * Remembers in `cache` what was found in layers, under their digest. `schema` names what is looked for: records of another
 * are not taken for it.
 */
export function createLayerMemory(cache: Cache, schema: string): LayerMemory {
  return {
    async recall(place) {
      const record = await cache.record(kind, keyOf(place));
      if (!isObject(record) || record["schema"] !== schema || typeof record["sha256"] !== "string") return null;
      const bytes = await cache.read(record["sha256"]).catch(() => null);
      return bytes === null ? null : decodeLayer(bytes, place.index);
    },
    async remember(place, layer) {
      const parts = encodeLayer(layer);
      if (parts === null) return;
      const { sha256 } = await cache.write(parts);
      await cache.writeRecord(kind, keyOf(place), { schema, sha256 });
    },
  };
}

function keyOf({ descriptor }: LayerPlace): string {
  return descriptor.digest.replace(":", "-");
}

/** A layer as bytes: the length of a JSON text, that text, and the packed files in blocks of the sizes it names. */
function encodeLayer(layer: Layer): readonly Uint8Array[] | null {
  const blocks = layer.files.blocks();
  const known = [...layer.known].map(([at, { content, finding }]) => {
    return { at, content: content === null ? null : Buffer.from(content).toString("base64"), finding };
  });
  const { markers, unpackedSize, listedBytes } = layer;
  const head = Buffer.from(
    JSON.stringify({ markers, unpackedSize, listedBytes, known, blocks: blocks.map((block) => block.length) }),
  );
  const size = blocks.reduce((sum, block) => sum + block.length, head.length);
  if (size > largestRecord) return null;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return [length, head, ...blocks];
}

/** The bytes are those that were written, as the cache has checked. */
function decodeLayer(bytes: Uint8Array, index: number): Layer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const headEnd = 4 + buffer.readUInt32LE();
  const head: Head = JSON.parse(buffer.toString("utf8", 4, headEnd));
  const blocks: Uint8Array[] = [];
  let at = headEnd;
  for (const size of head.blocks) {
    blocks.push(buffer.subarray(at, at + size));
    at += size;
  }
  const known = head.known.map(({ at, content, finding }): [number, Known] => {
    return [at, { content: content === null ? null : Buffer.from(content, "base64"), trait: null, finding }];
  });
  const { markers, unpackedSize, listedBytes } = head;
  return { files: restoreFiles(blocks, index), known: new Map(known), markers, unpackedSize, listedBytes };
}

interface Head {
  readonly markers: readonly string[];
  readonly unpackedSize: number;
  readonly listedBytes: number;
  readonly known: readonly { readonly at: number; readonly content: string | null; readonly finding: unknown }[];
  readonly blocks: readonly number[];
}
