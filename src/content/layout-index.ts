import type { Descriptor } from "../oci/descriptor.ts";
import { readDescriptor, writeDescriptor } from "../oci/descriptor.ts";
import { type Digest, isDigest } from "../oci/digest.ts";
import {
  asArray,
  asObject,
  asString,
  asStringMap,
  encodeJson,
  invalidDocument,
  type JsonObject,
  optional,
  parseJsonObject,
} from "../oci/json.ts";
import { isDocument, mediaTypes } from "../oci/media-type.ts";
import { isTag, parseReference, shortReference } from "../oci/reference.ts";
import type { NamedImage } from "./choose.ts";
import { ContentError } from "./error.ts";

/** The annotation that names an image of a layout (OCI image-spec, annotations.md): a tag, or what its writer chose. */
export const nameAnnotation = "org.opencontainers.image.ref.name";

/** The annotation in which Docker and containerd keep an image's full name. */
export const fullNameAnnotation = "io.containerd.image.name";

/** A layout's index.json: kept as it was found, so that what others wrote into it survives a change. */
export interface LayoutIndex {
  readonly document: JsonObject;
}

/** The bytes of a new layout's `oci-layout` file. */
export const layoutMarker: Uint8Array = encodeJson({ imageLayoutVersion: "1.0.0" });

/** Throws OCI_DOCUMENT_INVALID for an `oci-layout` file of another version; `path` is for messages. */
export function checkMarker(bytes: Uint8Array, path: string): void {
  if (parseJsonObject(bytes, path)["imageLayoutVersion"] === "1.0.0") return;
  throw invalidDocument(`${path} is not of an OCI image layout of version 1.0.0`);
}

/** The index of an empty layout. */
export const emptyLayoutIndex: LayoutIndex = {
  document: { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] },
};

/** Reads an index.json. Throws OCI_DOCUMENT_INVALID. */
export function parseLayoutIndex(bytes: Uint8Array, path: string): LayoutIndex {
  const index = { document: parseJsonObject(bytes, path) };
  layoutImages(index, path);
  return index;
}

/** The index as JSON. */
export function encodeLayoutIndex(index: LayoutIndex): Uint8Array {
  return encodeJson(index.document);
}

/** The images the index names, in its order; an image with several entries comes several times. */
export function layoutImages(index: LayoutIndex, path: string): readonly NamedImage[] {
  return entriesOf(index, path).map((entry) => {
    const { annotations = {}, ...descriptor } = readDescriptor(entry, `${path}: manifests`);
    const fullName = annotations[fullNameAnnotation];
    const name = fullName === undefined ? annotations[nameAnnotation] : familiarName(fullName);
    return { descriptor, names: name === undefined ? [] : [name] };
  });
}

/** A full name as users write it, such as `node:24`; anything else as it is. */
function familiarName(name: string): string {
  try {
    return shortReference(parseReference(name));
  } catch {
    return name;
  }
}

/** The annotations that carry the name `reference`: none for a digest, one for a bare tag, two for a full name. */
export function nameAnnotations(reference: string): Readonly<Record<string, string>> {
  if (isDigest(reference)) return {};
  if (isTag(reference)) return { [nameAnnotation]: reference };
  const { registry, repository, tag } = parseReference(reference);
  if (tag === null) return { [fullNameAnnotation]: `${registry}/${repository}` };
  return { [fullNameAnnotation]: `${registry}/${repository}:${tag}`, [nameAnnotation]: tag };
}

/**
 * The descriptor of a manifest or index that no table of contents names, from what it says itself. `where` is for messages.
 * Throws OCI_DOCUMENT_INVALID, and CONTENT_NOT_FOUND for another kind of document.
 */
export function describeDocument(bytes: Uint8Array, digest: Digest, where: string): Descriptor {
  const document = parseJsonObject(bytes, `${digest} in ${where}`);
  const mediaType = optional(document["mediaType"], `${digest}: mediaType`, asString) ?? guessMediaType(document);
  if (isDocument(mediaType)) return { mediaType, digest, size: bytes.length };
  throw new ContentError("CONTENT_NOT_FOUND", `${digest} in ${where} is neither a manifest nor an index`, {
    hint: "name an image by a tag or by the digest of its manifest",
  });
}

/** OCI lets documents leave out their media type. */
function guessMediaType(document: JsonObject): string {
  if (document["manifests"] !== undefined) return mediaTypes.index;
  return document["layers"] === undefined ? "" : mediaTypes.manifest;
}

/** The index with an image added: it takes its name from any other image, and replaces its own unnamed entry. */
export function withImage(
  index: LayoutIndex,
  image: { readonly descriptor: Descriptor; readonly annotations: Readonly<Record<string, string>> },
): LayoutIndex {
  const { mediaType, digest, size, artifactType } = image.descriptor;
  const name = nameIn(image.annotations);
  const kept = entriesOf(index, "index.json").filter((entry) => {
    const other = nameIn(optional(entry["annotations"], "index.json: annotations", asStringMap) ?? {});
    return other === undefined ? entry["digest"] !== digest : other !== name;
  });
  if (name === undefined && kept.some((entry) => entry["digest"] === digest)) return index;
  const added = writeDescriptor({
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(Object.keys(image.annotations).length === 0 ? {} : { annotations: image.annotations }),
  });
  return { document: { ...index.document, manifests: [...kept, added] } };
}

/** The index with all images of `other` added, in their order. */
export function withImages(index: LayoutIndex, other: LayoutIndex): LayoutIndex {
  return entriesOf(other, "index.json").reduce((sum: LayoutIndex, entry) => {
    const { annotations = {}, ...descriptor } = readDescriptor(entry, "index.json: manifests");
    return withImage(sum, { descriptor, annotations });
  }, index);
}

function nameIn(annotations: Readonly<Record<string, string>>): string | undefined {
  return annotations[fullNameAnnotation] ?? annotations[nameAnnotation];
}

function entriesOf(index: LayoutIndex, path: string): readonly JsonObject[] {
  return asArray(index.document["manifests"], `${path}: manifests`, asObject);
}
