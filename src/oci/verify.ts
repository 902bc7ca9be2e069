import { createHash } from "node:crypto";
import type { Descriptor } from "./descriptor.ts";
import { digestHex } from "./digest.ts";
import { OciError } from "./error.ts";
import type { Source } from "./graph.ts";

/**
 * `content` as it comes, failing with OCI_CONTENT_MISMATCH as soon as it is longer than `descriptor` says, and at its end
 * when it is shorter or has another digest. Only when the iteration has ended without error is the content verified.
 */
export async function* verified(
  content: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > descriptor.size) throw mismatch(descriptor, `more than ${descriptor.size} bytes`);
    hash.update(chunk);
    yield chunk;
  }
  if (size !== descriptor.size) throw mismatch(descriptor, `${size} bytes, not ${descriptor.size}`);
  const hex = hash.digest("hex");
  if (hex !== digestHex(descriptor.digest)) throw mismatch(descriptor, `the digest sha256:${hex}`);
}

/**
 * All bytes of `descriptor`, verified. Throws OCI_CONTENT_MISMATCH also, before reading, where more than `limit` bytes are
 * announced.
 */
export async function readVerified(
  source: Source,
  descriptor: Descriptor,
  options: { readonly limit: number; readonly signal?: AbortSignal },
): Promise<Uint8Array> {
  if (descriptor.size > options.limit) {
    throw mismatch(
      descriptor,
      `an announced size of ${descriptor.size} bytes, where at most ${options.limit} are read`,
    );
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of verified(await source.fetch(descriptor, options.signal), descriptor)) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function mismatch(descriptor: Descriptor, what: string): OciError {
  return new OciError("OCI_CONTENT_MISMATCH", `the content of ${descriptor.digest} has ${what}`, {
    hint: "the copy is damaged or has been changed; get the image again from where it comes from",
  });
}
