import type { Descriptor } from "../../oci/descriptor.ts";
import type { Source } from "../../oci/graph.ts";
import { verified } from "../../oci/verify.ts";

/** The bytes of a layer as they are stored, on their way to whoever unpacks them. */
export interface PackedLayer {
  /** Each chunk is only lent until the next is asked for. Whoever stops early leaves the rest to `readRest`. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** How many bytes have been handed out. */
  size(): number;
  /** Reads what is left, for its digest alone. Throws OCI_CONTENT_MISMATCH and the source's errors. */
  readRest(): Promise<void>;
  close(): Promise<void>;
}

/** For Zstandard of level 20 and below, in bytes; build tools use 8 MiB at most. */
export const layerWindow: number = 32 * 2 ** 20;

/** Opens a layer, whose size and digest are checked as it is read: it is verified when all of it was. */
export async function openPacked(
  source: Source,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): Promise<PackedLayer> {
  const content = source.lend === undefined ? source.fetch(descriptor, signal) : source.lend(descriptor, signal);
  const chunks = verified(await content, descriptor);
  let size = 0;
  const next = async () => {
    const result = await chunks.next();
    if (result.done !== true) size += result.value.length;
    return result;
  };
  return {
    bytes: { [Symbol.asyncIterator]: () => ({ next }) },
    size: () => size,
    async readRest() {
      while ((await chunks.next()).done !== true) signal?.throwIfAborted();
    },
    async close() {
      await chunks.return();
    },
  };
}
