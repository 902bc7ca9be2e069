import type { Distribution, ImageIdentity, SourcePackage } from "../model.ts";
import { type Draft, type DraftFile, type DraftPackage, type Edge, nothingMore } from "./draft.ts";
import { exactPackage, exactSubject, needed } from "./exact.ts";
import { exactFileNote } from "./file-note.ts";
import { sourceRpm } from "./purl-parts.ts";
import { hexDigest, imageFrom, imagePath } from "./subject.ts";
import {
  countOf,
  filledTextOf,
  itemsOf,
  type ObjectPlace,
  objectAt,
  objectOf,
  objectsOf,
  textOf,
  wrongAt,
} from "./value.ts";

/** What a document in syft's own JSON says, of any schema version that has `artifacts`. Throws SBOM_DOCUMENT_INVALID. */
export function readSyft(document: ObjectPlace, name: string): Draft {
  const notes = notesIn(document);
  const files = notes === null ? null : objectOf(notes, "files");
  const packages = notes === null ? null : objectOf(notes, "packages");
  const subject = notes === null ? null : objectOf(notes, "subject");
  const distro = objectOf(document, "distro");
  const { dependencies, contents } = relationsIn(document);
  return {
    subject: {
      image: syftImage(objectOf(document, "source"), name),
      distribution: distro === null ? null : syftDistribution(distro),
      ...nothingMore,
    },
    exact: subject === null ? {} : exactSubject(subject),
    packages: [...objectsOf(document, "artifacts")].map((item) => {
      const note = packages === null ? null : objectOf(packages, textOf(item, "id") ?? "");
      return { ...syftDraft(item), ...(note === null ? {} : { exact: exactPackage(note) }) };
    }),
    dependencies,
    contents,
    files: [...objectsOf(document, "files")].filter(isRegular).map((item) => {
      const note = files === null ? null : objectOf(files, textOf(item, "id") ?? "");
      return note === null ? syftFile(item) : { ...syftFile(item), ...exactFileNote(note) };
    }),
  };
}

/** One artifact of the document, without notes of ours. Throws SBOM_DOCUMENT_INVALID. */
export function syftDraft(item: ObjectPlace): DraftPackage {
  const metadata = objectOf(item, "metadata");
  const locations = [...objectsOf(item, "locations")];
  const evidence = locations.find(isPrimary) ?? locations[0];
  const version = textOf(item, "version") ?? "";
  return {
    reference: needed(item, "id"),
    name: needed(item, "name"),
    version,
    purl: filledTextOf(item, "purl"),
    source: metadata === null ? null : sourceIn(metadata, version),
    licenses: [...licensesIn(item)],
    locations: [...new Set(locations.map((place) => imagePath(needed(place, "path"))))],
    layer: evidence === undefined ? null : filledTextOf(evidence, "layerID"),
    supplier: metadata === null ? null : supplierIn(metadata),
    architecture: metadata === null ? null : plainText(metadata, "architecture"),
  };
}

/** The image that `source` is; `fallback` is its reference where nothing names it. Throws SBOM_DOCUMENT_INVALID. */
export function syftImage(source: ObjectPlace | null, fallback: string): ImageIdentity {
  const metadata = source === null ? null : objectOf(source, "metadata");
  const inMetadata = (key: string) => (metadata === null ? null : plainText(metadata, key));
  const os = inMetadata("os");
  const architecture = inMetadata("architecture");
  return imageFrom(
    {
      name: inMetadata("userInput") ?? inMetadata("path") ?? (source === null ? null : filledTextOf(source, "name")),
      version: inMetadata("manifestDigest"),
      purl: null,
      sha256: null,
      platform: os === null || architecture === null ? null : `${os}/${architecture}`,
    },
    fallback,
  );
}

/** The distribution that `distro` is; null where it names none. Throws SBOM_DOCUMENT_INVALID. */
export function syftDistribution(distro: ObjectPlace): Distribution | null {
  const id = filledTextOf(distro, "id");
  if (id === null) return null;
  return {
    id,
    versionId: filledTextOf(distro, "versionID"),
    codename: filledTextOf(distro, "versionCodename"),
    prettyName: filledTextOf(distro, "prettyName"),
  };
}

/** One file of the document, without notes of ours. Throws SBOM_DOCUMENT_INVALID. */
export function syftFile(item: ObjectPlace): DraftFile {
  const location = objectOf(item, "location");
  if (location === null) throw wrongAt(item, "has no location");
  const metadata = objectOf(item, "metadata");
  const digests = new Map(
    [...objectsOf(item, "digests")].map((one) => [textOf(one, "algorithm"), textOf(one, "value")]),
  );
  return {
    reference: needed(item, "id"),
    path: imagePath(needed(location, "path")),
    size: metadata === null ? null : countOf(metadata, "size"),
    sha256: hexDigest(digests.get("sha256") ?? null, 64),
    sha1: hexDigest(digests.get("sha1") ?? null, 40),
    layer: filledTextOf(location, "layerID"),
    owner: null,
  };
}

function notesIn(document: ObjectPlace): ObjectPlace | null {
  const descriptor = objectOf(document, "descriptor");
  if (descriptor === null || textOf(descriptor, "name") !== "hardpan") return null;
  const configuration = objectOf(descriptor, "configuration");
  return configuration === null ? null : objectOf(configuration, "hardpan");
}

function isPrimary(location: ObjectPlace): boolean {
  const annotations = objectOf(location, "annotations");
  return annotations !== null && textOf(annotations, "evidence") === "primary";
}

function isRegular(item: ObjectPlace): boolean {
  const metadata = objectOf(item, "metadata");
  return metadata === null || textOf(metadata, "type") === "RegularFile";
}

/** A text of metadata, whose shape differs by kind of package: what is no text is passed over. */
function plainText(metadata: ObjectPlace, key: string): string | null {
  const value = metadata.value[key];
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

function sourceIn(metadata: ObjectPlace, version: string): SourcePackage | null {
  const file = plainText(metadata, "sourceRpm");
  if (file !== null) return sourceRpm(file);
  const name = plainText(metadata, "originPackage") ?? plainText(metadata, "source");
  if (name === null || /^(?:https?|git\+|git):/.test(name)) return null;
  return { name, version: plainText(metadata, "sourceVersion") ?? version };
}

function supplierIn(metadata: ObjectPlace): string | null {
  return plainText(metadata, "maintainer") ?? plainText(metadata, "vendor") ?? plainText(metadata, "author");
}

/** Older versions list names, newer ones objects. */
function* licensesIn(item: ObjectPlace): Generator<string> {
  for (const license of itemsOf(item, "licenses")) {
    if (typeof license.value === "string") yield license.value;
    else {
      const object = objectAt(license);
      const text = filledTextOf(object, "value") ?? filledTextOf(object, "spdxExpression");
      if (text !== null) yield text;
    }
  }
}

function relationsIn(document: ObjectPlace): {
  readonly dependencies: readonly Edge[];
  readonly contents: readonly Edge[];
} {
  const dependencies: Edge[] = [];
  const contents: Edge[] = [];
  for (const relation of objectsOf(document, "artifactRelationships")) {
    const parent = needed(relation, "parent");
    const child = needed(relation, "child");
    const type = textOf(relation, "type");
    if (type === "dependency-of") dependencies.push([child, parent]);
    else if (type === "contains" || type === "ownership-by-file-overlap") contents.push([parent, child]);
  }
  return { dependencies, contents };
}
