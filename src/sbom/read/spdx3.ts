import type { Distribution, SourcePackage } from "../model.ts";
import { type Draft, type DraftFile, type DraftPackage, type Edge, nothingMore } from "./draft.ts";
import { exactPackage, exactSubject, needed, parseNote } from "./exact.ts";
import { exactFileNote } from "./file-note.ts";
import { type Elements, licensesFrom } from "./spdx3-licenses.ts";
import { hexDigest, imageFrom, imagePath, type SaidOfImage } from "./subject.ts";
import { filledTextOf, isObject, type ObjectPlace, objectAt, objectsOf, textOf } from "./value.ts";

/** What an SPDX 3.0 document in JSON-LD says. Throws SBOM_DOCUMENT_INVALID. */
export function readSpdx3(document: ObjectPlace, name: string): Draft {
  const all = Array.isArray(document.value["@graph"]) ? [...objectsOf(document, "@graph")] : [document];
  const elements = new Map(all.map((item) => [idOf(item), item]));
  const packages = all.filter((item) => textOf(item, "type") === "software_Package");
  const root = rootOf(all, elements);
  const system = packages.find((item) => textOf(item, "software_primaryPurpose") === "operatingSystem") ?? null;
  const relations = relationsIn(all);
  const notes = notesIn(all);
  const context: PackageContext = {
    elements,
    licenses: (id) => (relations.licenses.get(id) ?? []).flatMap((license) => licensesFrom(license, elements)),
    note: (id) => notes.get(id) ?? null,
  };
  const note = root === null ? null : context.note(idOf(root));
  const documentName = all.find((item) => textOf(item, "type") === "SpdxDocument") ?? null;
  return {
    subject: {
      image: imageFrom(
        root === null ? nothingSaid : saidOfImage(root),
        (documentName === null ? null : filledTextOf(documentName, "name")) ?? name,
      ),
      distribution: system === null ? null : spdx3Distribution(system),
      ...nothingMore,
    },
    exact: note === null ? {} : exactSubject(note),
    packages: packages.filter((item) => item !== root && item !== system).map((item) => spdx3Draft(item, context)),
    dependencies: relations.dependencies,
    contents: relations.contents,
    files: all.filter((item) => textOf(item, "type") === "software_File").map(draftFile),
  };
}

/** What one package needs of the rest of the document. */
export interface PackageContext {
  readonly elements: Elements;
  readonly licenses: (id: string) => readonly string[];
  readonly note: (id: string) => ObjectPlace | null;
}

/** One package of the document. Throws SBOM_DOCUMENT_INVALID. */
export function spdx3Draft(item: ObjectPlace, context: PackageContext): DraftPackage {
  const id = idOf(item);
  const note = context.note(id);
  const comment = textOf(item, "comment");
  return {
    reference: id,
    name: textOf(item, "name") ?? "",
    version: textOf(item, "software_packageVersion") ?? "",
    purl: purlOf(item),
    source: sourceIn(textOf(item, "software_sourceInfo") ?? ""),
    licenses: context.licenses(id),
    supplier: supplierOf(item, context.elements),
    comments: comment === null ? [] : comment.split("\n"),
    ...(note === null ? {} : { exact: exactPackage(note) }),
  };
}

/** What the image's package says of it. Throws SBOM_DOCUMENT_INVALID. */
export function saidOfImage(item: ObjectPlace): SaidOfImage {
  const [, platform = null] = /^platform (\S+)$/.exec(textOf(item, "comment") ?? "") ?? [];
  return {
    name: filledTextOf(item, "name"),
    version: textOf(item, "software_packageVersion"),
    purl: purlOf(item),
    sha256: hashOf(item, "sha256"),
    platform,
  };
}

/** What the operating system's package says. Throws SBOM_DOCUMENT_INVALID. */
export function spdx3Distribution(item: ObjectPlace): Distribution {
  return {
    id: textOf(item, "name") ?? "",
    versionId: filledTextOf(item, "software_packageVersion"),
    codename: null,
    prettyName: filledTextOf(item, "description"),
  };
}

const nothingSaid: SaidOfImage = { name: null, version: null, purl: null, sha256: null, platform: null };

function idOf(item: ObjectPlace): string {
  return textOf(item, "spdxId") ?? textOf(item, "@id") ?? "";
}

/** One identifier or a list of them, as JSON-LD may write either; what is no identifier is passed over. */
function idsOf(item: ObjectPlace, key: string): readonly string[] {
  const value = item.value[key];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((one) => (typeof one === "string" ? [one] : []));
}

function rootOf(all: readonly ObjectPlace[], elements: Elements): ObjectPlace | null {
  const documents = all.filter((item) => textOf(item, "type") === "SpdxDocument");
  const boms = all.filter((item) => ["software_Sbom", "Bom"].includes(textOf(item, "type") ?? ""));
  const ids = [...boms, ...documents].flatMap((item) => idsOf(item, "rootElement"));
  const roots = ids.flatMap((id) => {
    const element = elements.get(id);
    return element !== undefined && textOf(element, "type") === "software_Package" ? [element] : [];
  });
  return (
    roots.find((item) => textOf(item, "software_primaryPurpose") === "container") ??
    (roots.length === 1 ? (roots[0] ?? null) : null)
  );
}

function purlOf(item: ObjectPlace): string | null {
  const purl = filledTextOf(item, "software_packageUrl");
  if (purl !== null) return purl;
  for (const identifier of objectsOf(item, "externalIdentifier")) {
    if (textOf(identifier, "externalIdentifierType") === "packageUrl") return filledTextOf(identifier, "identifier");
  }
  return null;
}

function hashOf(item: ObjectPlace, algorithm: "sha1" | "sha256"): string | null {
  for (const hash of objectsOf(item, "verifiedUsing")) {
    if (textOf(hash, "algorithm") === algorithm)
      return hexDigest(textOf(hash, "hashValue"), algorithm === "sha1" ? 40 : 64);
  }
  return null;
}

function supplierOf(item: ObjectPlace, elements: Elements): string | null {
  const value = item.value["suppliedBy"];
  const agent = isObject(value)
    ? objectAt({ value, key: "suppliedBy", parent: item })
    : typeof value === "string"
      ? elements.get(value)
      : undefined;
  const name = agent === undefined ? null : filledTextOf(agent, "name");
  if (agent === undefined || name === null) return null;
  for (const identifier of objectsOf(agent, "externalIdentifier")) {
    const email =
      textOf(identifier, "externalIdentifierType") === "email" ? filledTextOf(identifier, "identifier") : null;
    if (email !== null) return `${name} <${email}>`;
  }
  return name;
}

function sourceIn(sourceInfo: string): SourcePackage | null {
  const [, name, version] = /^built from source package (\S+) (\S+)$/.exec(sourceInfo) ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}

interface Relations {
  readonly dependencies: readonly Edge[];
  readonly contents: readonly Edge[];
  readonly licenses: ReadonlyMap<string, readonly string[]>;
}

function relationsIn(all: readonly ObjectPlace[]): Relations {
  const dependencies: Edge[] = [];
  const contents: Edge[] = [];
  const declared = new Map<string, readonly string[]>();
  const concluded = new Map<string, readonly string[]>();
  for (const item of all) {
    const type = textOf(item, "type");
    if (type !== "Relationship" && type !== "LifecycleScopedRelationship") continue;
    const from = needed(item, "from");
    const kind = textOf(item, "relationshipType");
    const targets = idsOf(item, "to");
    if (kind === "dependsOn") for (const to of targets) dependencies.push([from, to]);
    else if (kind === "contains") for (const to of targets) contents.push([from, to]);
    else if (kind === "hasDeclaredLicense") declared.set(from, targets);
    else if (kind === "hasConcludedLicense") concluded.set(from, targets);
  }
  return { dependencies, contents, licenses: new Map([...concluded, ...declared]) };
}

function notesIn(all: readonly ObjectPlace[]): ReadonlyMap<string, ObjectPlace> {
  const notes = new Map<string, ObjectPlace>();
  for (const item of all) {
    if (textOf(item, "type") !== "Annotation") continue;
    const note = parseNote(textOf(item, "statement") ?? "", item);
    if (note !== null) notes.set(textOf(item, "subject") ?? "", note);
  }
  return notes;
}

function draftFile(item: ObjectPlace): DraftFile {
  const note = parseNote(textOf(item, "comment") ?? "", item);
  return {
    reference: idOf(item),
    path: imagePath(textOf(item, "name") ?? ""),
    size: null,
    sha256: hashOf(item, "sha256"),
    sha1: hashOf(item, "sha1"),
    layer: null,
    owner: null,
    ...(note === null ? {} : exactFileNote(note)),
  };
}
