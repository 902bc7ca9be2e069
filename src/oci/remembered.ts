import type { Digest } from "./digest.ts";
import type { Source } from "./graph.ts";
import { maximumDocumentSize } from "./json.ts";
import { isDocument } from "./media-type.ts";

/** `source`, whose manifests and indices are fetched once, however often they are asked for. Others pass as they are. */
export function rememberDocuments(source: Source): Source {
  const known = new Map<Digest, Uint8Array>();
  return {
    ...source,
    async fetch(descriptor, signal) {
      const { digest, mediaType, size } = descriptor;
      const before = known.get(digest);
      if (before !== undefined) return only(before);
      const content = await source.fetch(descriptor, signal);
      if (!isDocument(mediaType) || size > maximumDocumentSize) return content;
      return kept(content, (bytes) => known.set(digest, bytes));
    },
  };
}

async function* kept(
  content: AsyncIterable<Uint8Array>,
  keep: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size <= maximumDocumentSize) chunks.push(chunk);
    yield chunk;
  }
  if (size <= maximumDocumentSize) keep(Buffer.concat(chunks));
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
