import { HttpError } from "../http/error.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { RepositoryClient } from "./client.ts";
import { RemoteError } from "./error.ts";

/**
 * The bytes of a blob (OCI distribution-spec, "Pulling blobs"), not yet verified. Redirects are followed without credentials
 * to other places. A connection that breaks is taken up where it broke, three times at most.
 */
export async function* fetchBlob(
  client: RepositoryClient,
  descriptor: Descriptor,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const chunk of blobFrom(client, {
        descriptor,
        start: received,
        ...(signal === undefined ? {} : { signal }),
      })) {
        received += chunk.length;
        yield chunk;
      }
      return;
    } catch (cause) {
      if (received === descriptor.size && isBroken(cause)) return;
      if (attempt >= 3 || signal?.aborted === true || received === 0 || !isBroken(cause)) throw cause;
    }
  }
}

interface BlobRequest {
  readonly descriptor: Descriptor;
  readonly start: number;
  readonly signal?: AbortSignal;
}

/** The bytes from `start` on. A registry that answers with the whole blob is read past what is here already. */
async function* blobFrom(client: RepositoryClient, request: BlobRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const { descriptor, start, signal } = request;
  const response = await client.send({
    target: `blobs/${descriptor.digest}`,
    action: "pull",
    headers: start === 0 ? {} : { range: `bytes=${start}-` },
    accept: [200, 206],
    maxBytes: descriptor.size,
    what: `the blob ${descriptor.digest}`,
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.status === 206 && !response.headers.get("content-range")?.startsWith(`bytes ${start}-`)) {
    await response.discard();
    throw new RemoteError(
      "REMOTE_INVALID",
      `${client.name}: the registry sent another part of a blob than was asked for`,
      { hint: "the registry, or a proxy before it, does not follow the distribution specification" },
    );
  }
  let skip = response.status === 200 ? start : 0;
  for await (const chunk of response.body) {
    const passed = Math.min(skip, chunk.length);
    skip -= passed;
    if (passed < chunk.length) yield chunk.subarray(passed);
  }
}

function isBroken(cause: unknown): boolean {
  return cause instanceof HttpError && (cause.code === "HTTP_NETWORK" || cause.code === "HTTP_TIMEOUT");
}
