import { createHash } from "node:crypto";
import { decompress } from "../../archive/decompress.ts";
import { ArchiveError } from "../../archive/error.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Source } from "../../oci/graph.ts";
import { layerWindow, openPacked } from "./packed-layer.ts";

/** Largest unpacked layer that is hashed, in bytes. */
const limit = 16 * 2 ** 30;

/**
 * The digest of what a layer unpacks to, from its bytes (OCI image-spec, config.md, "Layer DiffID"): what a configuration says
 * of it is only a claim. null for what cannot be unpacked, or is too large. Throws OCI_CONTENT_MISMATCH and the source's errors.
 */
export async function unpackedDigest(source: Source, layer: Descriptor, signal?: AbortSignal): Promise<string | null> {
  const packed = await openPacked(source, layer, signal);
  const hash = createHash("sha256");
  try {
    const options = { limit, what: `the layer ${layer.digest}`, window: layerWindow, lends: true, borrows: true };
    for await (const chunk of decompress(packed.bytes, options)) {
      signal?.throwIfAborted();
      hash.update(chunk);
    }
    await packed.readRest();
    return `sha256:${hash.digest("hex")}`;
  } catch (cause) {
    if (cause instanceof ArchiveError) return null;
    throw cause;
  } finally {
    await packed.close();
  }
}
