import type {
  BaseImage,
  Distribution,
  ImageIdentity,
  RemovedPackage,
  SbomFile,
  SbomPackage,
  ScanWarning,
  SourcePackage,
} from "../model.ts";
import type { Subject } from "./draft.ts";
import { hexDigest } from "./subject.ts";
import {
  countOf,
  itemsOf,
  memberOf,
  type ObjectPlace,
  objectAt,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
  wrongAt,
} from "./value.ts";

/** The fields of a package that `object` has, in the form of our own JSON. Throws SBOM_DOCUMENT_INVALID. */
export function exactPackage(object: ObjectPlace): Partial<SbomPackage> {
  return {
    ...texts(object, ["type", "name", "version", "purl"]),
    ...textsOrNull(object, ["layer", "supplier", "architecture", "owner"]),
    ...lists(object, ["licenses", "locations", "comments", "dependsOn"]),
    ...(has(object, "source") ? { source: sourceOf(object) } : {}),
    ...(has(object, "fromBase") ? { fromBase: flagOf(object, "fromBase") } : {}),
  };
}

/** What `object` says of a bill as a whole, in the form of our own JSON. Throws SBOM_DOCUMENT_INVALID. */
export function exactSubject(object: ObjectPlace): Partial<Subject> {
  const image = objectOf(object, "image");
  const unowned = objectOf(object, "unowned");
  return {
    ...(image === null ? {} : { image: imageOf(image) }),
    ...(has(object, "distribution") ? { distribution: exactDistribution(object) } : {}),
    ...(unowned === null
      ? {}
      : { unowned: { files: countOf(unowned, "files") ?? 0, bytes: countOf(unowned, "bytes") ?? 0 } }),
    ...(has(object, "base") ? { base: baseOf(object) } : {}),
    ...(has(object, "removed") ? { removed: [...objectsOf(object, "removed")].map(removedPackage) } : {}),
    ...(has(object, "warnings") ? { warnings: [...objectsOf(object, "warnings")].map(warningOf) } : {}),
  };
}

/** A file in the form of our own JSON. Throws SBOM_DOCUMENT_INVALID. */
export function exactFile(object: ObjectPlace): SbomFile {
  return {
    path: needed(object, "path"),
    size: countOf(object, "size"),
    sha256: hexDigest(textOf(object, "sha256"), 64),
    sha1: hexDigest(textOf(object, "sha1"), 40),
    layer: textOf(object, "layer"),
    owner: textOf(object, "owner"),
  };
}

/** The member `key` as text. Throws SBOM_DOCUMENT_INVALID where it is absent too. */
export function needed(object: ObjectPlace, key: string): string {
  const text = textOf(object, key);
  if (text === null) throw wrongAt(object, `has no ${key}`);
  return text;
}

function baseOf(object: ObjectPlace): BaseImage | null {
  const base = objectOf(object, "base");
  if (base === null) return null;
  const namedBy = needed(base, "namedBy");
  if (namedBy !== "label" && namedBy !== "annotation" && namedBy !== "user")
    throw wrongAt(base, "is named by nothing known");
  return {
    reference: textOf(base, "reference"),
    digest: textOf(base, "digest"),
    chainId: needed(base, "chainId"),
    layers: countOf(base, "layers") ?? 0,
    namedBy,
  };
}

function removedPackage(object: ObjectPlace): RemovedPackage {
  return {
    type: needed(object, "type"),
    name: needed(object, "name"),
    version: needed(object, "version"),
    source: sourceOf(object),
    purl: needed(object, "purl"),
    layer: textOf(object, "layer"),
    removedBy: needed(object, "removedBy"),
  };
}

function warningOf(object: ObjectPlace): ScanWarning {
  return { path: needed(object, "path"), reason: needed(object, "reason") };
}

function imageOf(object: ObjectPlace): ImageIdentity {
  return {
    reference: needed(object, "reference"),
    digest: textOf(object, "digest"),
    platform: textOf(object, "platform"),
  };
}

function exactDistribution(object: ObjectPlace): Distribution | null {
  const distribution = objectOf(object, "distribution");
  if (distribution === null) return null;
  return {
    id: needed(distribution, "id"),
    versionId: textOf(distribution, "versionId"),
    codename: textOf(distribution, "codename"),
    prettyName: textOf(distribution, "prettyName"),
  };
}

function sourceOf(object: ObjectPlace): SourcePackage | null {
  const source = objectOf(object, "source");
  return source === null ? null : { name: needed(source, "name"), version: needed(source, "version") };
}

function flagOf(object: ObjectPlace, key: string): boolean | null {
  const member = memberOf(object, key);
  if (member === null) return null;
  if (typeof member.value !== "boolean") throw wrongAt(member, "is neither true nor false");
  return member.value;
}

function texts<Key extends string>(object: ObjectPlace, keys: readonly Key[]): { readonly [key in Key]?: string } {
  const found: { [key in Key]?: string } = {};
  for (const key of keys) {
    const text = textOf(object, key);
    if (text !== null) found[key] = text;
  }
  return found;
}

function textsOrNull<Key extends string>(
  object: ObjectPlace,
  keys: readonly Key[],
): { readonly [key in Key]?: string | null } {
  const found: { [key in Key]?: string | null } = {};
  for (const key of keys) if (has(object, key)) found[key] = textOf(object, key);
  return found;
}

function lists<Key extends string>(
  object: ObjectPlace,
  keys: readonly Key[],
): { readonly [key in Key]?: readonly string[] } {
  const found: { [key in Key]?: readonly string[] } = {};
  for (const key of keys) if (memberOf(object, key) !== null) found[key] = textsOf(object, key);
  return found;
}

function has(object: ObjectPlace, key: string): boolean {
  return Object.hasOwn(object.value, key);
}

/** The last of the notes of ours among the items of `key`: `read` gives an item's text, which starts with `mark`. */
export function noteIn(
  object: ObjectPlace,
  note: { readonly key: string; readonly member: string },
): ObjectPlace | null {
  let found: ObjectPlace | null = null;
  for (const item of itemsOf(object, note.key)) {
    const annotation = objectAt(item);
    const text = textOf(annotation, note.member);
    if (text !== null) found = parseNote(text, annotation) ?? found;
  }
  return found;
}

/** What notes of ours start with, before their JSON. */
export const noteMark = "hardpan ";

/** The JSON object of a note of ours that stands at `place`; null for other texts. Throws SBOM_DOCUMENT_INVALID. */
export function parseNote(text: string, place: ObjectPlace): ObjectPlace | null {
  if (!text.startsWith(`${noteMark}{`)) return null;
  try {
    return objectAt({ value: JSON.parse(text.slice(noteMark.length)), key: "note", parent: place });
  } catch {
    return null;
  }
}
