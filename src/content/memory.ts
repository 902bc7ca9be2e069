import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Source, Target } from "../oci/graph.ts";
import { verified } from "../oci/verify.ts";
import { ContentError } from "./error.ts";
import { createReferrerReader } from "./referrers.ts";

/** Content kept in memory. `tags` and `blobs` show what it has; they must not be changed by callers. */
export interface MemoryStore extends Source, Target {
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
  readonly tags: ReadonlyMap<string, Descriptor>;
}

/** An empty store in memory. It verifies what it is given, and names its content by tags and digests. */
export function createMemoryStore(): MemoryStore {
  const blobs = new Map<Digest, Uint8Array>();
  const tags = new Map<string, Descriptor>();
  const known = new Map<string, Descriptor>();
  const reader = createReferrerReader(async ({ digest }) => blobs.get(digest) ?? null);
  return {
    blobs,
    tags,
    async resolve(reference) {
      const descriptor = tags.get(reference) ?? known.get(reference);
      if (descriptor === undefined) throw notFound(reference);
      return descriptor;
    },
    async fetch(descriptor) {
      const bytes = blobs.get(descriptor.digest);
      if (bytes === undefined) throw notFound(descriptor.digest);
      return once(bytes);
    },
    async referrers(subject, options) {
      const images = [...known.values()].map((descriptor) => ({ descriptor, names: [] }));
      return await reader.list(subject, images, options);
    },
    async exists(descriptor) {
      return blobs.has(descriptor.digest);
    },
    async push(descriptor, content) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of verified(content, descriptor)) chunks.push(chunk);
      blobs.set(descriptor.digest, Buffer.concat(chunks));
      known.set(descriptor.digest, descriptor);
    },
    async tag(descriptor, reference) {
      if (!blobs.has(descriptor.digest)) throw notFound(descriptor.digest);
      (reference === descriptor.digest ? known : tags).set(reference, descriptor);
    },
  };
}

/** `bytes` as a stream of one chunk. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function notFound(reference: string): ContentError {
  return new ContentError("CONTENT_NOT_FOUND", `there is no ${reference} in memory`, {
    hint: "what an image points to must be pushed before it",
  });
}
