import type { HttpResponse } from "../http/body.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { isDigest, sha256Digest } from "../oci/digest.ts";
import { asString, maximumDocumentSize, optional, parseJsonObject } from "../oci/json.ts";
import { isIndex, isManifest, mediaTypes, refuseSchema1 } from "../oci/media-type.ts";
import type { RepositoryClient } from "./client.ts";
import { RemoteError } from "./error.ts";

/** A manifest or index as a registry sent it. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

const accepted = [mediaTypes.index, mediaTypes.manifest, mediaTypes.dockerIndex, mediaTypes.dockerManifest].join(", ");

/**
 * Fetches a manifest or index by tag or digest (OCI distribution-spec, "Pulling manifests"). Its digest is that of the bytes
 * that came. Throws REMOTE_NOT_FOUND; REMOTE_MISMATCH where it is not the one asked for or announced; REMOTE_INVALID where
 * the media types of answer and document differ, or it is no manifest.
 */
export async function fetchManifest(
  client: RepositoryClient,
  reference: string,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const response = await client.send({
    target: `manifests/${reference}`,
    action: "pull",
    headers: { accept: accepted },
    accept: [200],
    maxBytes: maximumDocumentSize,
    what: `the manifest ${reference}`,
    ...(signal === undefined ? {} : { signal }),
  });
  const bytes = await response.bytes();
  const digest = sha256Digest(bytes);
  checkDigest(client, { reference, digest, announced: response.headers.get("docker-content-digest") });
  return { bytes, descriptor: { mediaType: mediaTypeOf(client, response, bytes), digest, size: bytes.length } };
}

/** Stores a manifest or index under `reference`, a tag or its digest. Throws REMOTE_MISMATCH where the registry stored another. */
export async function putManifest(
  client: RepositoryClient,
  manifest: FetchedManifest,
  options: { readonly reference: string; readonly signal?: AbortSignal },
): Promise<void> {
  const { descriptor, bytes } = manifest;
  const response = await client.send({
    target: `manifests/${options.reference}`,
    action: "push",
    method: "PUT",
    headers: { "content-type": descriptor.mediaType },
    body: new Uint8Array(bytes),
    accept: [201, 202],
    what: `storing the manifest ${options.reference}`,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  await response.discard();
  const announced = response.headers.get("docker-content-digest");
  checkDigest(client, { reference: options.reference, digest: descriptor.digest, announced });
}

function checkDigest(
  client: RepositoryClient,
  found: { readonly reference: string; readonly digest: string; readonly announced: string | null },
): void {
  const { reference, digest, announced } = found;
  const wanted = isDigest(reference) ? reference : announced !== null && isDigest(announced) ? announced : digest;
  if (wanted === digest && (announced === null || !isDigest(announced) || announced === digest)) return;
  throw new RemoteError(
    "REMOTE_MISMATCH",
    `${client.name}: the manifest ${reference} has the digest ${digest}, not ${wanted}`,
    {
      hint: "the registry, or something between it and here, has changed the content; do not use it",
    },
  );
}

function mediaTypeOf(client: RepositoryClient, response: HttpResponse, bytes: Uint8Array): string {
  const what = `the manifest of ${client.name}`;
  const header = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  refuseSchema1(header, what);
  const document = optional(parseJsonObject(bytes, what)["mediaType"], `${what}: mediaType`, asString) ?? header;
  refuseSchema1(document, what);
  const isKnown = (mediaType: string) => isIndex(mediaType) || isManifest(mediaType);
  if (isKnown(header) && header !== document) {
    throw new RemoteError("REMOTE_INVALID", `${what} is announced as ${header} and calls itself ${document}`, {
      hint: "programs would differ in how they read it; the registry or the image is broken",
    });
  }
  if (isKnown(document)) return document;
  throw new RemoteError("REMOTE_INVALID", `${what} has the media type ${JSON.stringify(document.slice(0, 100))}`, {
    hint: "it is neither an image manifest nor an index of OCI or Docker schema 2",
  });
}
