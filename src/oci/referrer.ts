import { asDigest, type Descriptor, writeDescriptor } from "./descriptor.ts";
import { type Digest, digestHex } from "./digest.ts";
import { encodeIndex, parseIndex } from "./image-index.ts";
import { asArray, asObject, encodeJson, invalidDocument, maximumDocumentSize, parseJsonObject } from "./json.ts";
import { parseManifest } from "./manifest.ts";
import { isIndex, mediaTypes } from "./media-type.ts";

/** A manifest or index with a subject: a signature, a bill of materials, an attestation. */
export interface Referrer {
  readonly subject: Descriptor;
  /** With the artifact type and annotations that lists of referrers show. */
  readonly descriptor: Descriptor;
}

/**
 * What the manifest or index `bytes` says of itself as a referrer (OCI distribution-spec, "Listing Referrers": a manifest
 * without artifact type shows its configuration's media type); null where it has no subject. Throws OCI_DOCUMENT_INVALID.
 */
export function readReferrer({ mediaType, digest, size }: Descriptor, bytes: Uint8Array): Referrer | null {
  const document = isIndex(mediaType)
    ? parseIndex(bytes, `the index ${digest}`)
    : parseManifest(bytes, `the manifest ${digest}`);
  const { subject, annotations } = document;
  if (subject === undefined) return null;
  const artifactType = document.artifactType ?? ("config" in document ? document.config.mediaType : undefined);
  return {
    subject,
    descriptor: {
      mediaType,
      digest,
      size,
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}

/** The tag that lists the referrers of `subject` where there is no API for it (OCI distribution-spec, "Referrers Tag Schema"). */
export function referrersTag(subject: Digest): string {
  return `sha256-${digestHex(subject)}`;
}

/** Whether `tag` is one that lists referrers. */
export function isReferrersTag(tag: string): boolean {
  return /^sha256-[a-f0-9]{64}$/.test(tag);
}

/**
 * The index of referrers `list` with `referrer` added to it; null where it is listed already. What others have put there
 * stays as it is. `list` null means that there is none yet. Throws OCI_DOCUMENT_INVALID for what is not an index, or where
 * it would pass 4 MiB.
 */
export function withReferrer(list: Uint8Array | null, referrer: Descriptor): Uint8Array | null {
  if (list === null) return encodeIndex({ mediaType: mediaTypes.index, manifests: [referrer] });
  const what = "the list of referrers";
  parseIndex(list, what);
  const document = parseJsonObject(list, what);
  const entries = asArray(document["manifests"], `${what}: manifests`, asObject);
  if (entries.some((entry) => asDigest(entry["digest"], `${what}: digest`) === referrer.digest)) return null;
  const bytes = encodeJson({ ...document, manifests: [...entries, writeDescriptor(referrer)] });
  if (bytes.length > maximumDocumentSize) throw invalidDocument(`${what} would have more than 4 MiB`);
  return bytes;
}
