import { type DocumentOptions, documentTime, documentUuid } from "../identity.ts";
import type { Distribution, Sbom } from "../model.ts";
import { imageName, imagePurl } from "../purl.ts";
import { nothingMore } from "../read/draft.ts";
import { licenseNames, saidOfImage, spdxDistribution, spdxDraft } from "../read/spdx.ts";
import { imageFrom, noName } from "../read/subject.ts";
import { objectAt, wholeDocument } from "../read/value.ts";
import { spdxSupplier } from "../supplier.ts";
import { jsonChunks } from "./chunks.ts";
import { lostOfPackage, lostOfSubject, noteText, type Relations, relationsIn } from "./exact.ts";
import { type LicenseTable, licenseTable, licenseTextFor } from "./licenses.ts";
import { type Referenced, type References, readableReference, referencesOf } from "./references.ts";
import { type SpdxFiles, spdxFiles } from "./spdx-files.ts";

/**
 * `sbom` as an SPDX 2.3 document in JSON, in chunks: the image and its distribution as packages, the image containing all others.
 * What SPDX has no words for stands in annotations, so that nothing of the bill is lost. Apart from the time the same bill
 * always gives the same text. Throws SBOM_TIME_INVALID and SBOM_PURL_INVALID.
 */
export function spdxChunks(sbom: Sbom, options: DocumentOptions): Iterable<string> {
  const document = { sbom, ...partsOf(sbom), annotation: annotationBy(options) };
  const uuid = documentUuid(sbom, "spdx");
  const image = imagePackage(document);
  return jsonChunks([
    { key: "spdxVersion", value: "SPDX-2.3" },
    { key: "dataLicense", value: "CC0-1.0" },
    { key: "SPDXID", value: "SPDXRef-DOCUMENT" },
    {
      key: "name",
      value: `${imageName(sbom.image.reference).name}-${sbom.image.digest?.replace("sha256:", "") ?? uuid}`,
    },
    { key: "documentNamespace", value: `https://spdx.org/spdxdocs/hardpan-${uuid}` },
    {
      key: "creationInfo",
      value: { created: documentTime(options.created), creators: [`Tool: hardpan-${options.toolVersion}`] },
    },
    { key: "packages", items: packagesOf(image, document) },
    ...(sbom.files === undefined ? [] : [{ key: "files", items: document.files.elements }]),
    { key: "hasExtractedLicensingInfos", items: extractedLicenses(document.licenses) },
    { key: "relationships", items: relationshipsOf(document) },
  ]);
}

interface Parts {
  readonly references: References;
  readonly relations: Relations;
  readonly files: SpdxFiles;
  readonly licenses: LicenseTable;
  /** What a reader takes the `LicenseRef-…` for. */
  readonly names: ReadonlyMap<string, string>;
}

interface Document extends Parts {
  readonly sbom: Sbom;
  readonly annotation: (lost: object) => object;
}

function partsOf({ packages, files = [] }: Sbom): Parts {
  const licenses = licenseTable(packages);
  const infos = { hasExtractedLicensingInfos: extractedLicenses(licenses) };
  const references = referencesOf(packages, (item) => `SPDXRef-Package-${readableReference(item)}`);
  return {
    references,
    files: spdxFiles(files, { references, image: imageId }),
    relations: relationsIn(packages),
    licenses,
    names: licenseNames(objectAt(wholeDocument(infos, ""))),
  };
}

function annotationBy(options: DocumentOptions): Document["annotation"] {
  const annotationDate = documentTime(options.created);
  const annotator = `Tool: hardpan-${options.toolVersion}`;
  return (lost) => ({ annotationDate, annotationType: "OTHER", annotator, comment: noteText(lost) });
}

/** What a package says besides its name and kind when nothing is known of it. */
const nothingKnown = {
  downloadLocation: "NOASSERTION",
  licenseConcluded: "NOASSERTION",
  licenseDeclared: "NOASSERTION",
  copyrightText: "NOASSERTION",
};

const imageId = "SPDXRef-Image";
const systemId = "SPDXRef-OperatingSystem";

function* packagesOf(image: object, document: Document): Generator<object> {
  yield image;
  const { distribution } = document.sbom;
  if (distribution !== null) yield systemPackage(distribution);
  for (const item of document.references.all) yield packageOf(item, document);
}

function imagePackage({ sbom, annotation, files }: Document): object {
  const { image, distribution } = sbom;
  const purl = imagePurl(image);
  const element = {
    SPDXID: imageId,
    name: image.reference,
    ...(image.digest === null ? {} : { versionInfo: image.digest }),
    ...nothingKnown,
    ...files.analysis(imageId),
    ...(image.digest?.startsWith("sha256:")
      ? { checksums: [{ algorithm: "SHA256", checksumValue: image.digest.slice("sha256:".length) }] }
      : {}),
    primaryPackagePurpose: image.digest === null ? "OTHER" : "CONTAINER",
    ...(purl === null ? {} : { externalRefs: [purlReference(purl)] }),
    ...(image.platform === null ? {} : { comment: `platform ${image.platform}` }),
  };
  const lost = lostOfSubject(sbom, {
    image: imageFrom(saidOfImage(objectAt(wholeDocument(element, ""))), noName),
    distribution:
      distribution === null ? null : spdxDistribution(objectAt(wholeDocument(systemPackage(distribution), ""))),
    ...nothingMore,
  });
  return lost === null ? element : { ...element, annotations: [annotation(lost)] };
}

function systemPackage(distribution: Distribution): object {
  const version = distribution.versionId ?? distribution.codename;
  return {
    SPDXID: systemId,
    name: distribution.id,
    ...(version === null ? {} : { versionInfo: version }),
    ...nothingKnown,
    filesAnalyzed: false,
    primaryPackagePurpose: "OPERATING_SYSTEM",
    ...(distribution.prettyName === null ? {} : { description: distribution.prettyName }),
  };
}

function packageOf({ item, reference }: Referenced, document: Document): object {
  const { source } = item;
  const element = {
    SPDXID: reference,
    name: item.name,
    ...(item.version === "" ? {} : { versionInfo: item.version }),
    supplier: spdxSupplier(item.supplier),
    ...nothingKnown,
    ...document.files.analysis(reference),
    licenseDeclared: document.licenses.expressionOf(item)?.expression ?? "NOASSERTION",
    ...(source === null ? {} : { sourceInfo: `built from source package ${source.name} ${source.version}` }),
    externalRefs: [purlReference(item.purl)],
    ...(item.comments.length === 0 ? {} : { comment: item.comments.join("\n") }),
  };
  const draft = spdxDraft(objectAt(wholeDocument(element, "")), (id) => document.names.get(id));
  const lost = lostOfPackage(item, { draft, relations: document.relations });
  return lost === null ? element : { ...element, annotations: [document.annotation(lost)] };
}

function purlReference(purl: string) {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl };
}

function extractedLicenses(licenses: LicenseTable): readonly object[] {
  return [...licenses.references].map(([licenseId, name]) => ({
    licenseId,
    name,
    extractedText: licenseTextFor(name),
  }));
}

function* relationshipsOf({ sbom, references, relations, files }: Document): Generator<object> {
  yield relationship("SPDXRef-DOCUMENT", "DESCRIBES", imageId);
  if (sbom.distribution !== null) yield relationship(imageId, "CONTAINS", systemId);
  for (const { item, reference } of references.all) {
    yield relationship(imageId, "CONTAINS", reference);
    const owner = relations.owner(item);
    if (owner !== null) yield relationship(references.of(owner), "CONTAINS", reference);
    for (const purl of relations.dependsOn(item)) yield relationship(reference, "DEPENDS_ON", references.of(purl));
  }
  for (const [container, file] of files.contents) yield relationship(container, "CONTAINS", file);
}

function relationship(from: string, kind: "DESCRIBES" | "CONTAINS" | "DEPENDS_ON", to: string) {
  return { spdxElementId: from, relationshipType: kind, relatedSpdxElement: to };
}
