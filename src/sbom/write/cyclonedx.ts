import { Enums, Models, Serialize, SPDX, Spec } from "@cyclonedx/cyclonedx-library";
import { type DocumentOptions, documentTime, documentUuid } from "../identity.ts";
import type { Distribution, Sbom, SbomFile, SbomPackage } from "../model.ts";
import { imageName, imagePurl } from "../purl.ts";
import { cyclonedxDistribution, cyclonedxDraft, saidOfSubject } from "../read/cyclonedx.ts";
import { fileNote } from "../read/file-note.ts";
import { ecosystemName, parsePurl } from "../read/purl-parts.ts";
import { imagePath, noName } from "../read/subject.ts";
import { objectAt, wholeDocument } from "../read/value.ts";
import { parseSupplier } from "../supplier.ts";
import { jsonChunks } from "./chunks.ts";
import { lostOfPackage, lostOfSubject, noteText, type Relations, relationsIn } from "./exact.ts";
import { type LicenseTable, licenseTable } from "./licenses.ts";
import { type Referenced, type References, referencesOf } from "./references.ts";

/** The versions of CycloneDX that are written. */
export type CyclonedxVersion = "1.6" | "1.7";

/**
 * `sbom` as a CycloneDX document in JSON, in chunks: the image as its subject, the distribution, all packages and files as
 * components. What CycloneDX has no words for stands in properties, so that nothing of the bill is lost. Apart from the time
 * the same bill always gives the same text. Throws SBOM_TIME_INVALID and SBOM_PURL_INVALID.
 */
export function cyclonedxChunks(
  sbom: Sbom,
  options: DocumentOptions & { readonly version: CyclonedxVersion },
): Iterable<string> {
  const { version } = options;
  const factory = new Serialize.JSON.Normalize.Factory(version === "1.6" ? Spec.Spec1dot6 : Spec.Spec1dot7);
  const { packages } = sbom;
  const document: Document = {
    sbom,
    normalize: (component) => factory.makeForComponent().normalize(component, {}) ?? {},
    references: referencesOf(packages, ({ purl }) => (purl.startsWith("pkg:") ? purl : `package:${purl}`)),
    relations: relationsIn(packages),
    licenses: licenseTable(packages),
  };
  const metadata = new Models.Metadata({ timestamp: new Date(documentTime(options.created)) });
  metadata.tools.components.add(
    new Models.Component(Enums.ComponentType.Application, "hardpan", { version: options.toolVersion }),
  );
  return jsonChunks([
    { key: "$schema", value: `http://cyclonedx.org/schema/bom-${version}.schema.json` },
    { key: "bomFormat", value: "CycloneDX" },
    { key: "specVersion", value: version },
    { key: "version", value: 1 },
    {
      key: "serialNumber",
      value: `urn:uuid:${documentUuid(sbom, version === "1.6" ? "cyclonedx" : `cyclonedx-${version}`)}`,
    },
    { key: "metadata", value: { ...factory.makeForMetadata().normalize(metadata, {}), component: subject(document) } },
    { key: "components", items: componentsOf(document) },
    { key: "dependencies", items: dependenciesOf(document) },
  ]);
}

interface Document {
  readonly sbom: Sbom;
  readonly normalize: (component: Models.Component) => object;
  readonly references: References;
  readonly relations: Relations;
  readonly licenses: LicenseTable;
}

type Property = { readonly name: string; readonly value: string };

function subject({ sbom, normalize }: Document): object {
  const { image, distribution, unowned } = sbom;
  const purl = imagePurl(image);
  const type = image.digest === null ? Enums.ComponentType.Application : Enums.ComponentType.Container;
  const component = normalize(
    new Models.Component(type, imageName(image.reference).name, {
      ...(image.digest === null ? {} : { version: image.digest }),
      bomRef: subjectReference,
      ...(purl === null ? {} : { purl }),
    }),
  );
  const properties: readonly Property[] = [
    { name: "hardpan:reference", value: image.reference },
    ...(image.platform === null ? [] : [{ name: "hardpan:platform", value: image.platform }]),
    { name: "hardpan:unowned:files", value: String(unowned.files) },
    { name: "hardpan:unowned:bytes", value: String(unowned.bytes) },
  ];
  const said = saidOfSubject(objectAt(wholeDocument({ ...component, properties }, "")), noName);
  const system = distribution === null ? null : objectAt(wholeDocument(systemComponent(distribution, normalize), ""));
  const lost = lostOfSubject(sbom, { ...said, distribution: system === null ? null : cyclonedxDistribution(system) });
  return withProperties(component, properties, lost);
}

const subjectReference = "image";
const systemReference = "operating-system";

function* componentsOf(document: Document): Generator<object> {
  const { distribution, files } = document.sbom;
  if (distribution !== null) yield systemComponent(distribution, document.normalize);
  for (const item of document.references.all) yield packageComponent(item, document);
  for (const [index, file] of (files ?? []).entries()) yield fileComponent(file, index);
}

function systemComponent(distribution: Distribution, normalize: Document["normalize"]): object {
  const { id, versionId, codename, prettyName } = distribution;
  const component = new Models.Component(Enums.ComponentType.OperatingSystem, id, {
    bomRef: systemReference,
    ...(versionId === null ? {} : { version: versionId }),
    ...(prettyName === null ? {} : { description: prettyName }),
  });
  return withProperties(
    normalize(component),
    codename === null ? [] : [{ name: "hardpan:codename", value: codename }],
    null,
  );
}

function packageComponent({ item, reference }: Referenced, document: Document): object {
  const { group, name } = splitName(item);
  const component = document.normalize(
    new Models.Component(componentType(item.type), name, {
      ...(group === null ? {} : { group }),
      ...(item.version === "" ? {} : { version: item.version }),
      ...(item.supplier === null ? {} : { supplier: entity(item.supplier) }),
      bomRef: reference,
      purl: item.purl,
      licenses: new Models.LicenseRepository(licensesOf(item, document.licenses)),
    }),
  );
  const located =
    item.locations.length === 0
      ? component
      : { ...component, evidence: { occurrences: item.locations.map((location) => ({ location })) } };
  const properties = propertiesOf(item);
  const draft = cyclonedxDraft(objectAt(wholeDocument({ ...located, properties }, "")));
  const lost = lostOfPackage(item, { draft, relations: { ...document.relations, owner: () => null } });
  return withProperties(located, properties, lost);
}

function propertiesOf(item: SbomPackage): readonly Property[] {
  const { type, source, layer, owner, fromBase, comments } = item;
  return [
    { name: "hardpan:type", value: type },
    ...(source === null
      ? []
      : [
          { name: "hardpan:source:name", value: source.name },
          { name: "hardpan:source:version", value: source.version },
        ]),
    ...(layer === null ? [] : [{ name: "hardpan:layer", value: layer }]),
    ...(owner === null ? [] : [{ name: "hardpan:owner", value: owner }]),
    ...(fromBase === null ? [] : [{ name: "hardpan:from-base", value: String(fromBase) }]),
    ...comments.map((comment) => ({ name: "hardpan:comment", value: comment })),
  ];
}

function withProperties(component: object, properties: readonly Property[], lost: object | null): object {
  const all = lost === null ? properties : [...properties, { name: "hardpan:note", value: noteText(lost) }];
  return all.length === 0 ? component : { ...component, properties: all };
}

function componentType(type: string): Enums.ComponentType {
  return type === "hardpan" || type === "generic" ? Enums.ComponentType.Application : Enums.ComponentType.Library;
}

/** A list may hold either identifiers and names or one expression (CycloneDX 1.6, `licenseChoice`). */
function licensesOf(item: SbomPackage, table: LicenseTable): readonly Models.License[] {
  const [only, ...more] = item.licenses;
  if (only !== undefined && more.length === 0 && SPDX.isSupportedSpdxId(only)) return [new Models.SpdxLicense(only)];
  const joined = table.expressionOf(item);
  if (joined === null) return [];
  if (joined.references.size === 0) return [new Models.LicenseExpression(joined.expression)];
  return [...new Set(item.licenses)].map((license) =>
    SPDX.isSupportedSpdxId(license) ? new Models.SpdxLicense(license) : new Models.NamedLicense(license),
  );
}

/** Group and name, where the name is made of both: `@types/node`, `org.example:library`. */
function splitName({ purl, type, name }: SbomPackage): { readonly group: string | null; readonly name: string } {
  const parts = ["npm", "golang", "composer", "maven"].includes(type) ? parsePurl(purl) : null;
  const namespace = parts?.namespace ?? null;
  if (parts === null || namespace === null || ecosystemName(parts.type, namespace, parts.name) !== name) {
    return { group: null, name };
  }
  return { group: namespace, name: parts.name };
}

function entity(supplier: string): Models.OrganizationalEntity {
  const { name, email } = parseSupplier(supplier);
  if (email === null) return new Models.OrganizationalEntity({ name });
  const contact = new Models.OrganizationalContact({ name, email });
  return new Models.OrganizationalEntity({ name, contact: new Models.OrganizationalContactRepository([contact]) });
}

/** Written without the library, as there may be hundreds of thousands. */
function fileComponent(file: SbomFile, index: number): object {
  const hashes = [
    ...(file.sha256 === null ? [] : [{ alg: "SHA-256", content: file.sha256 }]),
    ...(file.sha1 === null ? [] : [{ alg: "SHA-1", content: file.sha1 }]),
  ];
  const note = fileNote(file, { path: imagePath(file.path), hasOwner: false });
  const component = {
    type: "file",
    "bom-ref": `file:${index + 1}`,
    name: file.path,
    ...(hashes.length === 0 ? {} : { hashes }),
  };
  return withProperties(component, [], note);
}

/** The image depends on what nothing else in it depends on. */
function* dependenciesOf({ sbom, references, relations }: Document): Generator<object> {
  const needed = new Set(sbom.packages.flatMap((item) => relations.dependsOn(item)));
  const top = references.all.filter(({ item }) => !needed.has(item.purl)).map(({ reference }) => reference);
  yield { ref: subjectReference, dependsOn: [...(sbom.distribution === null ? [] : [systemReference]), ...top] };
  if (sbom.distribution !== null) yield { ref: systemReference };
  for (const { item, reference } of references.all) {
    const dependsOn = relations.dependsOn(item).map((purl) => references.of(purl));
    yield dependsOn.length === 0 ? { ref: reference } : { ref: reference, dependsOn };
  }
}
