import { createHash } from "node:crypto";
import { type DocumentOptions, documentUuid } from "../identity.ts";
import { parseLicense } from "../license.ts";
import type { Sbom, SbomFile } from "../model.ts";
import { imageName } from "../purl.ts";
import { nothingMore } from "../read/draft.ts";
import { fileNote } from "../read/file-note.ts";
import { noName } from "../read/subject.ts";
import { syftDistribution, syftDraft, syftFile, syftImage } from "../read/syft.ts";
import { objectAt, wholeDocument } from "../read/value.ts";
import { jsonChunks } from "./chunks.ts";
import { lostOfPackage, lostOfSubject, type Relations, relationsIn } from "./exact.ts";
import { type Referenced, type References, referencesOf } from "./references.ts";
import { syftKind, syftMetadata } from "./syft-kinds.ts";

/**
 * `sbom` in syft's own JSON (schema 16.0.18), in chunks. What it has no words for stands in the descriptor's configuration, so
 * that nothing of the bill is lost. Modes and owners of files, which a bill does not have, stand as 0. The same bill always
 * gives the same text. Throws nothing.
 */
export function syftChunks(sbom: Sbom, options: DocumentOptions): Iterable<string> {
  const { packages, image, distribution, files = [] } = sbom;
  const references = referencesOf(packages, ({ purl, locations }) => identifier([purl, ...locations]));
  const document: Document = { sbom, references, relations: relationsIn(packages), notes: { packages: {}, files: {} } };
  const source = sourceOf(sbom);
  const distro = distribution === null ? {} : distroOf(distribution);
  const subject = lostOfSubject(sbom, {
    image: syftImage(objectAt(wholeDocument(source, "")), noName),
    distribution: syftDistribution(objectAt(wholeDocument(distro, ""))),
    ...nothingMore,
  });
  const { notes } = document;
  return jsonChunks([
    { key: "artifacts", items: artifactsOf(document) },
    { key: "artifactRelationships", items: relationshipsOf(document, source.id) },
    ...(files.length === 0 ? [] : [{ key: "files", items: filesOf(files, document) }]),
    { key: "source", value: source },
    { key: "distro", value: distro },
    {
      key: "descriptor",
      make: () => ({
        name: "hardpan",
        version: options.toolVersion,
        configuration: { hardpan: { image: image.reference, ...(subject === null ? {} : { subject }), ...notes } },
      }),
    },
    {
      key: "schema",
      value: {
        version: "16.0.18",
        url: "https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-16.0.18.json",
      },
    },
  ]);
}

interface Document {
  readonly sbom: Sbom;
  readonly references: References;
  readonly relations: Relations;
  /** Filled while the lists are written, which is before the descriptor. */
  readonly notes: { readonly packages: Record<string, object>; readonly files: Record<string, object> };
}

function identifier(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}

function sourceOf(sbom: Sbom) {
  const { reference, digest, platform } = sbom.image;
  const { name, tag } = imageName(reference);
  if (digest === null) {
    return { id: documentUuid(sbom, "syft"), name, version: "", type: "directory", metadata: { path: reference } };
  }
  const [os = "", architecture = ""] = platform?.split("/") ?? [];
  const metadata = {
    userInput: reference,
    imageID: "",
    manifestDigest: digest,
    mediaType: "",
    tags: tag === null ? [] : [`${name}:${tag}`],
    imageSize: 0,
    layers: [],
    manifest: "",
    config: "",
    repoDigests: [],
    architecture,
    os,
  };
  return { id: digest.replace("sha256:", ""), name, version: digest, type: "image", metadata };
}

function distroOf({ id, versionId, codename, prettyName }: NonNullable<Sbom["distribution"]>) {
  return {
    ...(prettyName === null ? {} : { prettyName }),
    id,
    ...(versionId === null ? {} : { versionID: versionId }),
    ...(codename === null ? {} : { versionCodename: codename }),
  };
}

function* artifactsOf(document: Document): Generator<object> {
  for (const referenced of document.references.all) yield artifactOf(referenced, document);
}

function artifactOf({ item, reference }: Referenced, { relations, notes }: Document): object {
  const kind = syftKind(item.type);
  const artifact = {
    id: reference,
    name: item.name,
    version: item.version,
    type: kind.type,
    foundBy: "hardpan",
    locations: item.locations.map((path, index) => ({
      path: `/${path}`,
      ...(index === 0 && item.layer !== null ? { layerID: item.layer } : {}),
      accessPath: `/${path}`,
      annotations: { evidence: index === 0 ? "primary" : "supporting" },
    })),
    licenses: item.licenses.map((value) => ({
      value,
      spdxExpression: parseLicense(value) === null ? "" : value,
      type: "declared",
      urls: [],
      locations: [],
    })),
    language: kind.language,
    cpes: [],
    purl: item.purl,
    ...syftMetadata(item),
  };
  const lost = lostOfPackage(item, { draft: syftDraft(objectAt(wholeDocument(artifact, ""))), relations });
  if (lost !== null) notes.packages[reference] = lost;
  return artifact;
}

function* filesOf(files: readonly SbomFile[], { references, notes }: Document): Generator<object> {
  for (const [index, file] of files.entries()) {
    const id = fileId(index);
    const element = {
      id,
      location: { path: `/${file.path}`, ...(file.layer === null ? {} : { layerID: file.layer }) },
      ...(file.size === null ? {} : { metadata: { ...unknownMetadata, size: file.size } }),
      digests: [
        ...(file.sha1 === null ? [] : [{ algorithm: "sha1", value: file.sha1 }]),
        ...(file.sha256 === null ? [] : [{ algorithm: "sha256", value: file.sha256 }]),
      ],
    };
    const read = syftFile(objectAt(wholeDocument(element, "")));
    const hasOwner = file.owner !== null && references.find(file.owner) !== null;
    const note = fileNote(file, { path: read.path, hasOwner });
    const isSaid = read.path === file.path && read.layer === file.layer && note.owner === undefined;
    if (!isSaid) notes.files[id] = note;
    yield element;
  }
}

const unknownMetadata = { mode: 0, type: "RegularFile", userID: 0, groupID: 0, mimeType: "" };

function fileId(index: number): string {
  return `file-${index + 1}`;
}

function* relationshipsOf({ sbom, references, relations }: Document, source: string): Generator<object> {
  for (const { item, reference } of references.all) {
    yield { parent: source, child: reference, type: "contains" };
    const owner = relations.owner(item);
    if (owner !== null) yield { parent: references.of(owner), child: reference, type: "ownership-by-file-overlap" };
    for (const purl of relations.dependsOn(item)) {
      yield { parent: references.of(purl), child: reference, type: "dependency-of" };
    }
  }
  for (const [index, { owner }] of (sbom.files ?? []).entries()) {
    const parent = owner === null ? null : references.find(owner);
    if (parent !== null) yield { parent, child: fileId(index), type: "contains" };
  }
}
