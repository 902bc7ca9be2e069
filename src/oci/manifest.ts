import { asMediaType, type Descriptor, readDescriptor, writeDescriptor } from "./descriptor.ts";
import {
  asArray,
  asString,
  asStringMap,
  encodeJson,
  invalidDocument,
  type JsonObject,
  optional,
  parseJsonObject,
  sortedMap,
} from "./json.ts";
import { isManifest, isNonDistributable, mediaTypes, refuseSchema1 } from "./media-type.ts";

/** An image manifest (OCI image-spec, manifest.md; Docker's schema 2 has the same shape). */
export interface Manifest {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Reads a manifest. Throws OCI_DOCUMENT_INVALID for more than 4 MiB, more than 10 000 layers, another kind of document,
 * and for one that could be read as an index too. `what` names the document in messages.
 */
export function parseManifest(bytes: Uint8Array, what = "the manifest"): Manifest {
  const object = parseJsonObject(bytes, what);
  const mediaType = documentMediaType(object, what, { kind: isManifest, fallback: mediaTypes.manifest });
  if (object["manifests"] !== undefined)
    throw invalidDocument(`${what} has both the fields of a manifest and of an index`);
  const artifactType = optional(object["artifactType"], `${what}: artifactType`, asString);
  const subject = optional(object["subject"], `${what}: subject`, readDescriptor);
  const annotations = optional(object["annotations"], `${what}: annotations`, asStringMap);
  return {
    mediaType,
    ...(artifactType === undefined || artifactType === "" ? {} : { artifactType }),
    config: readDescriptor(object["config"], `${what}: config`),
    layers: asArray(object["layers"], `${what}: layers`, readDescriptor),
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** What a manifest is made of and can be copied, in the order to copy it: layers that only their publisher has are left out. */
export function distributableParts({ config, layers }: Manifest): readonly Descriptor[] {
  return [config, ...layers.filter((layer) => !isNonDistributable(layer.mediaType))];
}

/** `manifest` as JSON: the same manifest always gives the same bytes. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return encodeJson({
    schemaVersion: 2,
    mediaType: manifest.mediaType,
    artifactType: manifest.artifactType,
    config: writeDescriptor(manifest.config),
    layers: manifest.layers.map(writeDescriptor),
    subject: manifest.subject === undefined ? undefined : writeDescriptor(manifest.subject),
    annotations: manifest.annotations === undefined ? undefined : sortedMap(manifest.annotations),
  });
}

/**
 * The media type of a manifest or index, checked against `kind`; `fallback` where the document, as OCI allows, has none.
 * Throws OCI_DOCUMENT_INVALID, also for a schemaVersion other than 2.
 */
export function documentMediaType(
  object: JsonObject,
  what: string,
  expected: { readonly kind: (mediaType: string) => boolean; readonly fallback: string },
): string {
  const mediaType = optional(object["mediaType"], `${what}: mediaType`, asMediaType) ?? expected.fallback;
  refuseSchema1(mediaType, what);
  if (object["schemaVersion"] === 1) refuseSchema1(`application/vnd.docker.distribution.manifest.v1+json`, what);
  if (object["schemaVersion"] !== 2) throw invalidDocument(`${what}: schemaVersion is not 2`);
  if (!expected.kind(mediaType))
    throw invalidDocument(`${what} has the media type ${mediaType}, which does not fit here`);
  return mediaType;
}
