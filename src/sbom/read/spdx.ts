import { splitLicenses } from "../license.ts";
import type { Distribution, SourcePackage } from "../model.ts";
import { type Draft, type DraftFile, type DraftPackage, type Edge, nothingMore } from "./draft.ts";
import { exactPackage, exactSubject, needed, noteIn, parseNote } from "./exact.ts";
import { exactFileNote } from "./file-note.ts";
import { hexDigest, imageFrom, imagePath, type SaidOfImage, supplierFrom } from "./subject.ts";
import { filledTextOf, itemsOf, type ObjectPlace, objectsOf, textOf, textsOf } from "./value.ts";

/** What an SPDX 2.2 or 2.3 document in JSON says. Throws SBOM_DOCUMENT_INVALID. */
export function readSpdx(document: ObjectPlace, name: string): Draft {
  const packages = [...objectsOf(document, "packages")];
  const relations = relationsIn(document);
  const root = rootOf(packages, relations.described);
  const system = packages.find((item) => purposeOf(item) === "OPERATING_SYSTEM") ?? null;
  const names = licenseNames(document);
  const contained = packages.filter((item) => item !== root && item !== system && !isResultOfScanner(item));
  const note = root === null ? null : noteIn(root, { key: "annotations", member: "comment" });
  return {
    subject: {
      image: imageFrom(root === null ? nothingSaid : saidOfImage(root), textOf(document, "name") ?? name),
      distribution: system === null ? null : spdxDistribution(system),
      ...nothingMore,
    },
    exact: note === null ? {} : exactSubject(note),
    packages: contained.map((item) => spdxDraft(item, (id) => names.get(id))),
    dependencies: relations.dependencies,
    contents: [...relations.contents, ...packages.flatMap(filesOf)],
    files: [...objectsOf(document, "files")].map(draftFile),
  };
}

/** One package of the document. Throws SBOM_DOCUMENT_INVALID. */
export function spdxDraft(item: ObjectPlace, nameOf: (license: string) => string | undefined): DraftPackage {
  const note = noteIn(item, { key: "annotations", member: "comment" });
  const sourceInfo = textOf(item, "sourceInfo") ?? "";
  const declared = licenseIn(item, "licenseDeclared") ?? licenseIn(item, "licenseConcluded");
  const comment = textOf(item, "comment");
  return {
    reference: needed(item, "SPDXID"),
    name: needed(item, "name"),
    version: textOf(item, "versionInfo") ?? "",
    purl: purlOf(item),
    source: sourceIn(sourceInfo),
    licenses: declared === null ? [] : splitLicenses(declared, nameOf),
    locations: locationsIn(sourceInfo),
    supplier: agentIn(item, "supplier") ?? agentIn(item, "originator"),
    comments: comment === null ? [] : comment.split("\n"),
    ...(note === null ? {} : { exact: exactPackage(note) }),
  };
}

/** What the image's package says of it. Throws SBOM_DOCUMENT_INVALID. */
export function saidOfImage(item: ObjectPlace): SaidOfImage {
  const [, platform = null] = /^platform (\S+)$/.exec(textOf(item, "comment") ?? "") ?? [];
  return {
    name: filledTextOf(item, "name"),
    version: textOf(item, "versionInfo"),
    purl: purlOf(item),
    sha256: checksumOf(item, "SHA256"),
    platform,
  };
}

/** What the operating system's package says. Throws SBOM_DOCUMENT_INVALID. */
export function spdxDistribution(item: ObjectPlace): Distribution {
  return {
    id: needed(item, "name"),
    versionId: filledTextOf(item, "versionInfo"),
    codename: null,
    prettyName: filledTextOf(item, "description"),
  };
}

const nothingSaid: SaidOfImage = { name: null, version: null, purl: null, sha256: null, platform: null };

function rootOf(packages: readonly ObjectPlace[], described: ReadonlySet<string>): ObjectPlace | null {
  const roots = packages.filter((item) => described.has(textOf(item, "SPDXID") ?? ""));
  const [first] = roots.filter((item) => purposeOf(item) === "CONTAINER");
  if (first !== undefined) return first;
  const [only, ...more] = roots;
  const isPackageItself =
    packages.length === 1 && only !== undefined && !(purlOf(only) ?? "pkg:oci/").startsWith("pkg:oci/");
  return only === undefined || more.length > 0 || isPackageItself ? null : only;
}

function purposeOf(item: ObjectPlace): string | undefined {
  return textOf(item, "primaryPackagePurpose")?.replaceAll("-", "_");
}

/** Trivy lists the files that name packages among the packages, with a note of what they are. */
function isResultOfScanner(item: ObjectPlace): boolean {
  if (purlOf(item) !== null) return false;
  const texts = [...objectsOf(item, "annotations")].map((annotation) => textOf(annotation, "comment") ?? "");
  return [...texts, ...textsOf(item, "attributionTexts")].some((text) => text.startsWith("Class: lang-pkgs"));
}

function purlOf(item: ObjectPlace): string | null {
  for (const reference of objectsOf(item, "externalRefs")) {
    if (textOf(reference, "referenceType") === "purl") return filledTextOf(reference, "referenceLocator");
  }
  return null;
}

function checksumOf(item: ObjectPlace, algorithm: "SHA1" | "SHA256"): string | null {
  for (const checksum of objectsOf(item, "checksums")) {
    if (textOf(checksum, "algorithm") === algorithm)
      return hexDigest(textOf(checksum, "checksumValue"), algorithm === "SHA1" ? 40 : 64);
  }
  return null;
}

function licenseIn(item: ObjectPlace, key: string): string | null {
  const text = filledTextOf(item, key);
  return text === "NOASSERTION" || text === "NONE" ? null : text;
}

function agentIn(item: ObjectPlace, key: string): string | null {
  return supplierFrom(textOf(item, key)?.replace(/^(?:Person|Organization|Tool):\s*/, "") ?? null);
}

/** Our own words, and trivy's. */
function sourceIn(sourceInfo: string): SourcePackage | null {
  const match = /^(?:built from source package|built package from:) (\S+) (\S+)$/.exec(sourceInfo);
  const [, name, version] = match ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}

/** Syft's words. */
function locationsIn(sourceInfo: string): readonly string[] {
  const [, paths = ""] = /^acquired package info from [^:]*: (.+)$/.exec(sourceInfo) ?? [];
  return paths === "" ? [] : paths.split(", ").map(imagePath);
}

/** What the `LicenseRef-…` of a document stand for, as far as it is a name and no text. Throws SBOM_DOCUMENT_INVALID. */
export function licenseNames(document: ObjectPlace): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const info of objectsOf(document, "hasExtractedLicensingInfos")) {
    const name = filledTextOf(info, "name") ?? textOf(info, "extractedText") ?? "";
    const isName = name !== "NOASSERTION" && name.length > 0 && name.length <= 200 && !name.includes("\n");
    if (isName) names.set(needed(info, "licenseId"), name);
  }
  return names;
}

interface Relations {
  readonly described: ReadonlySet<string>;
  readonly dependencies: readonly Edge[];
  readonly contents: readonly Edge[];
}

function relationsIn(document: ObjectPlace): Relations {
  const described = new Set(textsOf(document, "documentDescribes"));
  const dependencies: Edge[] = [];
  const contents: Edge[] = [];
  for (const relation of objectsOf(document, "relationships")) {
    const from = needed(relation, "spdxElementId");
    const to = needed(relation, "relatedSpdxElement");
    const kind = needed(relation, "relationshipType");
    if (kind === "DESCRIBES") described.add(to);
    else if (kind === "DESCRIBED_BY") described.add(from);
    else if (kind === "DEPENDS_ON") dependencies.push([from, to]);
    else if (/^(?:RUNTIME_|OPTIONAL_|DEV_|PROVIDED_)?DEPENDENCY_OF$/.test(kind)) dependencies.push([to, from]);
    else if (kind === "CONTAINS") contents.push([from, to]);
    else if (kind === "CONTAINED_BY") contents.push([to, from]);
    else if (kind === "OTHER" && textOf(relation, "comment")?.startsWith("ownership-by-file-overlap")) {
      contents.push([from, to]);
    }
  }
  return { described, dependencies, contents };
}

function filesOf(item: ObjectPlace): readonly Edge[] {
  return [...itemsOf(item, "hasFiles")].map(({ value }): Edge => [needed(item, "SPDXID"), String(value)]);
}

function draftFile(item: ObjectPlace): DraftFile {
  const comment = textOf(item, "comment") ?? "";
  const [, layer = null] = /^layerID: (\S+)$/.exec(comment) ?? [];
  const note = parseNote(comment, item);
  return {
    reference: needed(item, "SPDXID"),
    path: imagePath(needed(item, "fileName")),
    size: null,
    sha256: checksumOf(item, "SHA256"),
    sha1: checksumOf(item, "SHA1"),
    layer,
    owner: null,
    ...(note === null ? {} : exactFileNote(note)),
  };
}
