import { type Descriptor, readDescriptor, writeDescriptor } from "./descriptor.ts";
import type { Digest } from "./digest.ts";
import {
  asArray,
  asString,
  asStringMap,
  encodeJson,
  invalidDocument,
  optional,
  parseJsonObject,
  sortedMap,
} from "./json.ts";
import { documentMediaType } from "./manifest.ts";
import { isIndex, mediaTypes } from "./media-type.ts";

/** A list of manifests, one per platform (OCI image-spec, image-index.md; Docker's manifest list has the same shape). */
export interface ImageIndex {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

const deepest = 8;

/** Throws OCI_DOCUMENT_INVALID where `digest` is reached through more than 8 indices, one in the other. */
export function refuseDeepNesting(digest: Digest, depth: number): void {
  if (depth > deepest) throw invalidDocument(`${digest} is in an index nested deeper than ${deepest}`);
}

/**
 * Reads an index. Throws OCI_DOCUMENT_INVALID for more than 4 MiB, more than 10 000 entries, another kind of document, and
 * for one that could be read as a manifest too. `what` names the document in messages.
 */
export function parseIndex(bytes: Uint8Array, what = "the index"): ImageIndex {
  const object = parseJsonObject(bytes, what);
  const mediaType = documentMediaType(object, what, { kind: isIndex, fallback: mediaTypes.index });
  if (object["layers"] !== undefined || object["config"] !== undefined) {
    throw invalidDocument(`${what} has both the fields of an index and of a manifest`);
  }
  const artifactType = optional(object["artifactType"], `${what}: artifactType`, asString);
  const subject = optional(object["subject"], `${what}: subject`, readDescriptor);
  const annotations = optional(object["annotations"], `${what}: annotations`, asStringMap);
  return {
    mediaType,
    ...(artifactType === undefined || artifactType === "" ? {} : { artifactType }),
    manifests: asArray(object["manifests"], `${what}: manifests`, readDescriptor),
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** `index` as JSON: the same index always gives the same bytes. */
export function encodeIndex(index: ImageIndex): Uint8Array {
  return encodeJson({
    schemaVersion: 2,
    mediaType: index.mediaType,
    artifactType: index.artifactType,
    manifests: index.manifests.map(writeDescriptor),
    subject: index.subject === undefined ? undefined : writeDescriptor(index.subject),
    annotations: index.annotations === undefined ? undefined : sortedMap(index.annotations),
  });
}
