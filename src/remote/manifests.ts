import type { HttpResponse } from "../http/body.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { isDigest, sha256Digest } from "../oci/digest.ts";
import { asString, maximumDocumentSize, optional, parseJsonObject } from "../oci/json.ts";
import { isDocument, mediaTypes, refuseSchema1 } from "../oci/media-type.ts";
import type { RepositoryClient } from "./client.ts";
import { RemoteError } from "./error.ts";

/** A manifest or index as a registry sent it. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** The registry's strong validator of what a tag stands for, where it gave one. */
  readonly etag?: string;
}

/** How to store a manifest. */
export interface PutOptions {
  /** A tag, or the manifest's digest. */
  readonly reference: string;
  /** Stores only where the reference still has this validator, as far as the registry takes conditions. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** Media types of what is a manifest or an index, as an Accept header has them. */
export const acceptedManifests = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
].join(", ");

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
    headers: { accept: acceptedManifests },
    accept: [200],
    maxBytes: maximumDocumentSize,
    what: `the manifest ${reference}`,
    ...(signal === undefined ? {} : { signal }),
  });
  const bytes = await response.bytes();
  const digest = sha256Digest(bytes);
  checkDigest(client, { reference, digest, announced: response.headers.get("docker-content-digest") });
  const descriptor = { mediaType: mediaTypeOf(client, response, bytes), digest, size: bytes.length };
  const etag = response.headers.get("etag");
  return { bytes, descriptor, ...(etag?.startsWith('"') === true ? { etag } : {}) };
}

/**
 * Stores a manifest or index; `noted` says whether the registry lists it with its subject (the header OCI-Subject). Nothing
 * is stored where the condition does not hold. Throws REMOTE_MISMATCH where the registry stored another.
 */
export async function putManifest(
  client: RepositoryClient,
  manifest: FetchedManifest,
  options: PutOptions,
): Promise<{ readonly noted: boolean }> {
  const { descriptor, bytes } = manifest;
  const { reference, ifMatch, signal } = options;
  const response = await client.send({
    target: `manifests/${reference}`,
    action: "push",
    method: "PUT",
    headers: { "content-type": descriptor.mediaType, ...(ifMatch === undefined ? {} : { "if-match": ifMatch }) },
    body: new Uint8Array(bytes),
    accept: [201, 202, ...(ifMatch === undefined ? [] : [412])],
    what: `storing the manifest ${reference}`,
    ...(signal === undefined ? {} : { signal }),
  });
  await response.discard();
  if (response.status === 412) return { noted: false };
  const announced = response.headers.get("docker-content-digest");
  checkDigest(client, { reference, digest: descriptor.digest, announced });
  return { noted: response.headers.get("oci-subject") !== null };
}

function checkDigest(
  client: RepositoryClient,
  found: { readonly reference: string; readonly digest: string; readonly announced: string | null },
): void {
  const { reference, digest, announced } = found;
  const expected = [reference, announced].filter((name) => name !== null && isDigest(name));
  const other = expected.find((name) => name !== digest);
  if (other === undefined) return;
  throw new RemoteError(
    "REMOTE_MISMATCH",
    `${client.name}: the manifest ${reference} has the digest ${digest}, not ${other}`,
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
  if (isDocument(header) && header !== document) {
    throw new RemoteError("REMOTE_INVALID", `${what} is announced as ${header} and calls itself ${document}`, {
      hint: "programs would differ in how they read it; the registry or the image is broken",
    });
  }
  if (isDocument(document)) return document;
  throw new RemoteError("REMOTE_INVALID", `${what} has the media type ${JSON.stringify(document.slice(0, 100))}`, {
    hint: "it is neither an image manifest nor an index of OCI or Docker schema 2",
  });
}
