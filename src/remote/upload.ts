import type { HttpResponse } from "../http/body.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { verified } from "../oci/verify.ts";
import type { RepositoryClient } from "./client.ts";

/** A blob on its way into a repository. */
export interface Upload {
  readonly descriptor: Descriptor;
  readonly content: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/**
 * Uploads a blob (OCI distribution-spec, "Pushing blobs"): mounted from another repository where that is allowed, else in
 * one PUT, or in pieces where `chunkSize` asks for it. The bytes are verified as they go; the registry does it again.
 */
export async function uploadBlob(client: RepositoryClient, upload: Upload): Promise<void> {
  const { descriptor } = upload;
  const { mountFrom, chunkSize } = client.options;
  const mount = mountFrom === undefined ? "" : `?${new URLSearchParams({ mount: descriptor.digest, from: mountFrom })}`;
  const session = await client.send({
    target: `blobs/uploads/${mount}`,
    action: "push",
    method: "POST",
    headers: { "content-length": "0" },
    accept: [201, 202],
    what: "starting an upload",
    ...signalOf(upload),
  });
  await session.discard();
  if (session.status === 201) return;
  const url = client.follow(session.headers.get("location"), session);
  const smallest = Number(session.headers.get("oci-chunk-min-length") ?? 0) || 0;
  if (chunkSize === undefined || descriptor.size <= chunkSize) await sendWhole(client, url, upload);
  else await sendChunks(client, url, { ...upload, chunkSize: Math.max(chunkSize, smallest) });
}

async function sendWhole(client: RepositoryClient, url: URL, upload: Upload): Promise<void> {
  const { descriptor } = upload;
  let failure: unknown;
  // The reason why our own stream broke is worth more than what the connection makes of it.
  async function* content(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* verified(upload.content, descriptor);
    } catch (cause) {
      failure = cause;
      throw cause;
    }
  }
  try {
    const response = await client.send({
      target: finalUrl(url, descriptor),
      action: "push",
      method: "PUT",
      headers: { "content-type": "application/octet-stream", "content-length": String(descriptor.size) },
      body: descriptor.size === 0 ? new Uint8Array(0) : content,
      once: true,
      accept: [201, 204],
      what: `uploading ${descriptor.digest}`,
      ...signalOf(upload),
    });
    await response.discard();
  } catch (cause) {
    throw failure ?? cause;
  }
}

async function sendChunks(
  client: RepositoryClient,
  start: URL,
  upload: Upload & { readonly chunkSize: number },
): Promise<void> {
  const { descriptor } = upload;
  let url = start;
  let sent = 0;
  for await (const chunk of chunksOf(verified(upload.content, descriptor), upload.chunkSize)) {
    const response: HttpResponse = await client.send({
      target: url,
      action: "push",
      method: "PATCH",
      headers: {
        "content-type": "application/octet-stream",
        "content-length": String(chunk.length),
        "content-range": `${sent}-${sent + chunk.length - 1}`,
      },
      body: chunk,
      accept: [202],
      what: `uploading ${descriptor.digest}`,
      ...signalOf(upload),
    });
    await response.discard();
    url = client.follow(response.headers.get("location"), response);
    sent += chunk.length;
  }
  const response = await client.send({
    target: finalUrl(url, descriptor),
    action: "push",
    method: "PUT",
    headers: { "content-length": "0" },
    accept: [201, 204],
    what: `completing the upload of ${descriptor.digest}`,
    ...signalOf(upload),
  });
  await response.discard();
}

/** `content` in pieces of `size` bytes, the last one smaller. */
async function* chunksOf(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunk = new Uint8Array(size);
  let filled = 0;
  for await (const piece of content) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + size - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      yield chunk;
      chunk = new Uint8Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** The registry's own parameters, such as `_state`, stay. */
function finalUrl(url: URL, descriptor: Descriptor): URL {
  const final = new URL(url);
  final.searchParams.set("digest", descriptor.digest);
  return final;
}

function signalOf(upload: Upload): { readonly signal?: AbortSignal } {
  return upload.signal === undefined ? {} : { signal: upload.signal };
}
