import { Enums, Models, Serialize, SPDX, Spec } from "@cyclonedx/cyclonedx-library";
import { type DocumentOptions, documentTime, documentUuid } from "./identity.ts";
import { joinLicenses } from "./license.ts";
import type { Distribution, PackageType, Sbom, SbomPackage } from "./model.ts";
import { imageName, imagePurl } from "./purl.ts";
import { parseSupplier } from "./supplier.ts";

/**
 * `sbom` as a CycloneDX 1.6 document in JSON: the image as its subject, the distribution and all packages as components.
 * Apart from the time the same image always gives the same text. Throws SBOM_TIME_INVALID and SBOM_PURL_INVALID.
 */
export function writeCyclonedx(sbom: Sbom, options: DocumentOptions): string {
  const bom = new Models.Bom({ serialNumber: `urn:uuid:${documentUuid(sbom.image, "cyclonedx")}` });
  bom.metadata.timestamp = new Date(documentTime(options.created));
  bom.metadata.tools.components.add(
    new Models.Component(Enums.ComponentType.Application, "hardpan", { version: options.toolVersion }),
  );
  bom.metadata.component = imageComponent(sbom);
  for (const component of distributionComponents(sbom.distribution)) bom.components.add(component);
  for (const [reference, item] of withReferences(sbom.packages)) bom.components.add(packageComponent(item, reference));
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
  return `${text}\n`;
}

function imageComponent(sbom: Sbom): Models.Component {
  const { image } = sbom;
  const purl = imagePurl(image);
  return new Models.Component(Enums.ComponentType.Container, imageName(image.reference).name, {
    version: image.digest ?? "",
    bomRef: purl,
    purl,
    properties: properties([
      ["hardpan:reference", image.reference],
      ["hardpan:platform", image.platform ?? ""],
      ["hardpan:unowned:files", String(sbom.unowned.files)],
      ["hardpan:unowned:bytes", String(sbom.unowned.bytes)],
    ]),
  });
}

function distributionComponents(distribution: Distribution | null): readonly Models.Component[] {
  if (distribution === null) return [];
  const version = distribution.versionId ?? distribution.codename;
  const component = new Models.Component(Enums.ComponentType.OperatingSystem, distribution.id, {
    bomRef: `operating-system:${distribution.id}`,
    ...(version === null ? {} : { version }),
    ...(distribution.prettyName === null ? {} : { description: distribution.prettyName }),
  });
  return [component];
}

const componentTypes: Readonly<Record<PackageType, Enums.ComponentType>> = {
  deb: Enums.ComponentType.Library,
  npm: Enums.ComponentType.Library,
  generic: Enums.ComponentType.Platform,
  hardpan: Enums.ComponentType.Application,
};

function packageComponent(item: SbomPackage, reference: string): Models.Component {
  const { group, name } = splitName(item);
  return new Models.Component(componentTypes[item.type] ?? Enums.ComponentType.Library, name, {
    ...(group === null ? {} : { group }),
    ...(item.version === "" ? {} : { version: item.version }),
    ...(item.supplier === null ? {} : { supplier: entity(item.supplier) }),
    bomRef: reference,
    purl: item.purl,
    licenses: new Models.LicenseRepository(licensesOf(item)),
    properties: properties([
      ["hardpan:type", item.type],
      ...(item.source === null ? [] : [["hardpan:source", `${item.source.name} ${item.source.version}`] as const]),
      ...(item.layer === null ? [] : [["hardpan:layer", item.layer] as const]),
      ...item.locations.map((path) => ["hardpan:location", path] as const),
      ...item.comments.map((comment) => ["hardpan:comment", comment] as const),
    ]),
  });
}

/** References are the packages' URLs; a URL met again takes the place where it stands along, as references must differ. */
function withReferences(packages: readonly SbomPackage[]): ReadonlyMap<string, SbomPackage> {
  const references = new Map<string, SbomPackage>();
  for (const item of packages) {
    let reference = item.purl;
    for (let count = 2; references.has(reference); count++)
      reference = `${item.purl}#${item.locations[0] ?? ""}:${count}`;
    references.set(reference, item);
  }
  return references;
}

/** A list may hold either identifiers and names or one expression (CycloneDX 1.6, `licenseChoice`). */
function licensesOf(item: SbomPackage): readonly Models.License[] {
  const [only, ...more] = item.licenses;
  if (only !== undefined && more.length === 0 && SPDX.isSupportedSpdxId(only)) return [new Models.SpdxLicense(only)];
  const joined = joinLicenses(item.licenses);
  if (joined === null) return [];
  if (joined.references.size === 0) return [new Models.LicenseExpression(joined.expression)];
  return [...new Set(item.licenses)].map((license) =>
    SPDX.isSupportedSpdxId(license) ? new Models.SpdxLicense(license) : new Models.NamedLicense(license),
  );
}

function splitName(item: SbomPackage): { readonly group: string | null; readonly name: string } {
  const slash = item.type === "npm" && item.name.startsWith("@") ? item.name.indexOf("/") : -1;
  if (slash < 0) return { group: null, name: item.name };
  return { group: item.name.slice(0, slash), name: item.name.slice(slash + 1) };
}

function entity(supplier: string): Models.OrganizationalEntity {
  const { name, email } = parseSupplier(supplier);
  if (email === null) return new Models.OrganizationalEntity({ name });
  const contact = new Models.OrganizationalContact({ name, email });
  return new Models.OrganizationalEntity({ name, contact: new Models.OrganizationalContactRepository([contact]) });
}

function properties(entries: readonly (readonly [string, string])[]): Models.PropertyRepository {
  return new Models.PropertyRepository(entries.map(([name, value]) => new Models.Property(name, value)));
}
