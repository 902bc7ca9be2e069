import { type Digest, parseDigest } from "./digest.ts";
import { asCount, asObject, asString, asStringMap, invalidDocument, optional, sortedMap } from "./json.ts";
import type { Platform } from "./platform.ts";

/** Names content by media type, digest and size in bytes (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly artifactType?: string;
}

const mediaTypePattern = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/** Reads a descriptor; `urls` and `data` are not taken over. `path` says in messages where it stands. Throws OCI_DOCUMENT_INVALID. */
export function readDescriptor(value: unknown, path: string): Descriptor {
  const object = asObject(value, path);
  const mediaType = asMediaType(object["mediaType"], `${path}.mediaType`);
  const digest = asDigest(object["digest"], `${path}.digest`);
  const size = asCount(object["size"], `${path}.size`);
  const annotations = optional(object["annotations"], `${path}.annotations`, asStringMap);
  const platform = optional(object["platform"], `${path}.platform`, readPlatform);
  const artifactType = optional(object["artifactType"], `${path}.artifactType`, asString);
  return {
    mediaType,
    digest,
    size,
    ...(annotations === undefined ? {} : { annotations }),
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined || artifactType === "" ? {} : { artifactType }),
  };
}

/** `descriptor` as the JSON object of a document, keys in a fixed order. */
export function writeDescriptor(descriptor: Descriptor): Readonly<Record<string, unknown>> {
  const { mediaType, artifactType, digest, size, annotations, platform } = descriptor;
  return {
    mediaType,
    artifactType,
    digest,
    size,
    annotations: annotations === undefined ? undefined : sortedMap(annotations),
    platform: platform === undefined ? undefined : writePlatform(platform),
  };
}

/** `value` as a media type (RFC 6838 §4.2). */
export function asMediaType(value: unknown, path: string): string {
  const text = asString(value, path);
  if (!mediaTypePattern.test(text))
    throw invalidDocument(`${path} is not a media type: ${JSON.stringify(text.slice(0, 100))}`);
  return text;
}

/** `value` as a sha256 digest. */
export function asDigest(value: unknown, path: string): Digest {
  try {
    return parseDigest(asString(value, path));
  } catch (cause) {
    throw invalidDocument(`${path} is not a sha256 digest`, cause);
  }
}

function readPlatform(value: unknown, path: string): Platform {
  const object = asObject(value, path);
  const os = asString(object["os"], `${path}.os`);
  const architecture = asString(object["architecture"], `${path}.architecture`);
  const variant = optional(object["variant"], `${path}.variant`, asString);
  return { os, architecture, ...(variant === undefined || variant === "" ? {} : { variant }) };
}

function writePlatform(platform: Platform): Readonly<Record<string, unknown>> {
  return { architecture: platform.architecture, os: platform.os, variant: platform.variant };
}
