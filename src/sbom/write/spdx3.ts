import { type DocumentOptions, documentTime, documentUuid } from "../identity.ts";
import type { Distribution, Sbom } from "../model.ts";
import { imageName, imagePurl } from "../purl.ts";
import { nothingMore } from "../read/draft.ts";
import { type PackageContext, saidOfImage, spdx3Distribution, spdx3Draft } from "../read/spdx3.ts";
import { licensesFrom } from "../read/spdx3-licenses.ts";
import { imageFrom, noName } from "../read/subject.ts";
import { type ObjectPlace, objectAt, wholeDocument } from "../read/value.ts";
import { jsonChunks } from "./chunks.ts";
import { lostOfPackage, lostOfSubject, noteText, type Relations, relationsIn } from "./exact.ts";
import { type LicenseTable, licenseTable } from "./licenses.ts";
import { type Referenced, type References, readableReference, referencesOf } from "./references.ts";
import { type Agents, agentsOf } from "./spdx3-agents.ts";
import type { Element, MakeElement } from "./spdx3-element.ts";
import { filesOf } from "./spdx3-files.ts";
import { type LicenseElements, licenseElementsOf } from "./spdx3-licenses.ts";

/**
 * `sbom` as an SPDX 3.0.1 document in JSON-LD (profiles core, software and simpleLicensing), in chunks. What SPDX has no words
 * for stands in annotations, so that nothing of the bill is lost. Apart from the time the same bill always gives the same
 * text. Throws SBOM_TIME_INVALID and SBOM_PURL_INVALID.
 */
export function spdx3Chunks(sbom: Sbom, options: DocumentOptions): Iterable<string> {
  return jsonChunks([
    { key: "@context", value: "https://spdx.org/rdf/3.0.1/spdx-context.jsonld" },
    { key: "@graph", items: graphOf(documentOf(sbom), options) },
  ]);
}

interface Document {
  readonly sbom: Sbom;
  readonly namespace: string;
  readonly element: MakeElement;
  readonly references: References;
  readonly relations: Relations;
  readonly licenses: LicenseTable;
  readonly licenseElements: LicenseElements;
  readonly agents: Agents;
  readonly context: PackageContext;
}

function documentOf(sbom: Sbom): Document {
  const { packages } = sbom;
  const namespace = `https://spdx.org/spdxdocs/hardpan-${documentUuid(sbom, "spdx-3")}#`;
  const element: MakeElement = (id, { type, ...content }) => ({
    type,
    spdxId: `${namespace}${id}`,
    creationInfo: "_:creation",
    ...content,
  });
  const licenses = licenseTable(packages);
  const licenseElements = licenseElementsOf(packages, { table: licenses, element });
  const agents = agentsOf(packages, element);
  const elements = new Map<string, ObjectPlace>();
  for (const item of [...licenseElements.all, ...agents.all]) {
    elements.set(String(item["spdxId"]), objectAt(wholeDocument(item, "")));
  }
  const references = referencesOf(packages, (item) => `${namespace}Package-${readableReference(item)}`);
  const context = { elements, licenses: () => [], note: () => null };
  const relations = relationsIn(packages);
  return { sbom, namespace, element, references, relations, licenses, licenseElements, agents, context };
}

function* graphOf(document: Document, options: DocumentOptions): Generator<Element> {
  const { sbom, namespace, element, references, licenseElements, agents } = document;
  const { image, distribution, files } = sbom;
  yield {
    type: "CreationInfo",
    "@id": "_:creation",
    specVersion: "3.0.1",
    created: documentTime(options.created),
    createdBy: [`${namespace}Creator`],
    createdUsing: [`${namespace}Tool`],
  };
  yield element("Creator", { type: "SoftwareAgent", name: "hardpan" });
  yield element("Tool", { type: "Tool", name: `hardpan-${options.toolVersion}` });
  yield element("Document", {
    type: "SpdxDocument",
    name: imageName(image.reference).name,
    profileConformance: ["core", "software", "simpleLicensing"],
    rootElement: [`${namespace}Sbom`],
  });
  const contained = references.all.map(({ reference }) => reference);
  if (distribution !== null) contained.unshift(`${namespace}OperatingSystem`);
  yield element("Sbom", {
    type: "software_Sbom",
    software_sbomType: ["analyzed"],
    rootElement: [`${namespace}Image`],
    element: [`${namespace}Image`, ...contained],
  });
  yield* imageElements(document);
  yield* agents.all;
  yield* licenseElements.all;
  for (const item of references.all) yield* packageElements(item, document);
  if (contained.length > 0)
    yield relationship(document, "Contents", { from: `${namespace}Image`, kind: "contains", to: contained });
  yield* ownerElements(document);
  if (files !== undefined) yield* filesOf(files, { namespace, element, references });
}

function* imageElements(document: Document): Generator<Element> {
  const { sbom, namespace, element } = document;
  const { image, distribution } = sbom;
  const purl = imagePurl(image);
  const hashes = image.digest?.startsWith("sha256:")
    ? [{ type: "Hash", algorithm: "sha256", hashValue: image.digest.slice("sha256:".length) }]
    : [];
  const imageElement = element("Image", {
    type: "software_Package",
    name: image.reference,
    ...(image.digest === null ? {} : { software_packageVersion: image.digest }),
    software_primaryPurpose: image.digest === null ? "other" : "container",
    ...(purl === null ? {} : { software_packageUrl: purl }),
    ...(hashes.length === 0 ? {} : { verifiedUsing: hashes }),
    ...(image.platform === null ? {} : { comment: `platform ${image.platform}` }),
  });
  yield imageElement;
  const system = distribution === null ? null : systemElement(distribution, element);
  if (system !== null) yield system;
  const lost = lostOfSubject(sbom, {
    image: imageFrom(saidOfImage(objectAt(wholeDocument(imageElement, ""))), noName),
    distribution: system === null ? null : spdx3Distribution(objectAt(wholeDocument(system, ""))),
    ...nothingMore,
  });
  if (lost !== null) yield annotation(document, { id: "Image-Note", subject: `${namespace}Image`, lost });
}

function systemElement(distribution: Distribution, element: MakeElement): Element {
  const version = distribution.versionId ?? distribution.codename;
  return element("OperatingSystem", {
    type: "software_Package",
    name: distribution.id,
    ...(version === null ? {} : { software_packageVersion: version }),
    software_primaryPurpose: "operatingSystem",
    ...(distribution.prettyName === null ? {} : { description: distribution.prettyName }),
  });
}

function* packageElements({ item, reference }: Referenced, document: Document): Generator<Element> {
  const { namespace, element, agents, relations, licenseElements, context } = document;
  const { source } = item;
  const id = reference.slice(namespace.length);
  const agent = agents.of(item);
  const made = element(id, {
    type: "software_Package",
    name: item.name,
    ...(item.version === "" ? {} : { software_packageVersion: item.version }),
    software_packageUrl: item.purl,
    ...(agent === null ? {} : { suppliedBy: agent }),
    ...(source === null ? {} : { software_sourceInfo: `built from source package ${source.name} ${source.version}` }),
    ...(item.comments.length === 0 ? {} : { comment: item.comments.join("\n") }),
  });
  yield made;
  const license = licenseElements.of(item);
  const licenses = () => (license === null ? [] : licensesFrom(license, context.elements));
  const draft = spdx3Draft(objectAt(wholeDocument(made, "")), { ...context, licenses });
  const lost = lostOfPackage(item, { draft, relations });
  if (lost !== null) yield annotation(document, { id: `${id}-Note`, subject: reference, lost });
  if (license !== null) {
    yield relationship(document, `${id}-License`, { from: reference, kind: "hasDeclaredLicense", to: [license] });
  }
  const needs = relations.dependsOn(item).map((purl) => document.references.of(purl));
  if (needs.length > 0) yield relationship(document, `${id}-Needs`, { from: reference, kind: "dependsOn", to: needs });
}

function* ownerElements(document: Document): Generator<Element> {
  const owned = new Map<string, string[]>();
  for (const { item, reference } of document.references.all) {
    const owner = document.relations.owner(item);
    if (owner === null) continue;
    const known = owned.get(owner);
    if (known === undefined) owned.set(owner, [reference]);
    else known.push(reference);
  }
  for (const [owner, to] of owned) {
    const from = document.references.of(owner);
    yield relationship(document, `${from.slice(document.namespace.length)}-Contents`, { from, kind: "contains", to });
  }
}

function relationship(
  { element }: Document,
  id: string,
  { from, kind, to }: { readonly from: string; readonly kind: string; readonly to: readonly string[] },
): Element {
  return element(id, { type: "Relationship", from, relationshipType: kind, to });
}

function annotation(
  { element }: Document,
  { id, subject, lost }: { readonly id: string; readonly subject: string; readonly lost: object },
): Element {
  return element(id, { type: "Annotation", subject, annotationType: "other", statement: noteText(lost) });
}
