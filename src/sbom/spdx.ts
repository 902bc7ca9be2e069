import { createHash } from "node:crypto";
import { type DocumentOptions, documentTime } from "./identity.ts";
import { joinLicenses } from "./license.ts";
import type { Distribution, Sbom, SbomPackage } from "./model.ts";
import { imageName, imagePurl } from "./purl.ts";
import { spdxSupplier } from "./supplier.ts";

/**
 * `sbom` as an SPDX 2.3 document in JSON: the image and its distribution as packages, the image containing all others.
 * Apart from the time the same image always gives the same text. Throws SBOM_TIME_INVALID and SBOM_PURL_INVALID.
 */
export function writeSpdx(sbom: Sbom, options: DocumentOptions): string {
  const image = imagePackage(sbom);
  const contained = [...distributionPackages(sbom.distribution), ...sbom.packages.map(spdxPackage)];
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `${imageName(sbom.image.reference).name}-${(sbom.image.digest ?? "").slice("sha256:".length)}`,
    documentNamespace: `https://spdx.org/spdxdocs/hardpan-${(sbom.image.digest ?? "").slice("sha256:".length)}`,
    creationInfo: {
      created: documentTime(options.created),
      creators: [`Tool: hardpan-${options.toolVersion}`],
    },
    packages: [image, ...contained],
    hasExtractedLicensingInfos: extractedLicenses(sbom.packages),
    relationships: [
      relationship("SPDXRef-DOCUMENT", "DESCRIBES", image.SPDXID),
      ...contained.map((item) => relationship(image.SPDXID, "CONTAINS", item.SPDXID)),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** What a package says besides its name and kind when nothing is known of it. */
const nothingKnown = {
  downloadLocation: "NOASSERTION",
  filesAnalyzed: false,
  licenseConcluded: "NOASSERTION",
  licenseDeclared: "NOASSERTION",
  copyrightText: "NOASSERTION",
};

function imagePackage(sbom: Sbom) {
  const { image } = sbom;
  const checksum = { algorithm: "SHA256", checksumValue: (image.digest ?? "").slice("sha256:".length) };
  return {
    SPDXID: "SPDXRef-Image",
    name: image.reference,
    versionInfo: image.digest ?? "",
    ...nothingKnown,
    checksums: [checksum],
    primaryPackagePurpose: "CONTAINER",
    externalRefs: [purlReference(imagePurl(image))],
    comment: `platform ${image.platform}`,
  };
}

function distributionPackages(distribution: Distribution | null) {
  if (distribution === null) return [];
  const version = distribution.versionId ?? distribution.codename;
  return [
    {
      SPDXID: "SPDXRef-OperatingSystem",
      name: distribution.id,
      ...(version === null ? {} : { versionInfo: version }),
      ...nothingKnown,
      primaryPackagePurpose: "OPERATING_SYSTEM",
      ...(distribution.prettyName === null ? {} : { description: distribution.prettyName }),
    },
  ];
}

function spdxPackage(item: SbomPackage) {
  const licenses = joinLicenses(item.licenses);
  const notes = [...item.comments, ...(item.layer === null ? [] : [`layer ${item.layer}`])];
  return {
    SPDXID: packageId(item),
    name: item.name,
    ...(item.version === "" ? {} : { versionInfo: item.version }),
    supplier: spdxSupplier(item.supplier),
    ...nothingKnown,
    licenseDeclared: licenses?.expression ?? "NOASSERTION",
    ...(item.source === null
      ? {}
      : { sourceInfo: `built from source package ${item.source.name} ${item.source.version}` }),
    externalRefs: [purlReference(item.purl)],
    ...(notes.length === 0 ? {} : { comment: notes.join("; ") }),
  };
}

/** Unique within a document: two packages with the same URL stand in different places. */
function packageId(item: SbomPackage): string {
  const readable = `${item.type}-${item.name}`.replaceAll(/[^A-Za-z0-9.-]+/g, "-");
  const hash = createHash("sha256")
    .update([item.purl, ...item.locations].join("\n"))
    .digest("hex");
  return `SPDXRef-Package-${readable}-${hash.slice(0, 12)}`;
}

function purlReference(purl: string) {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl };
}

function relationship(from: string, kind: "DESCRIBES" | "CONTAINS", to: string) {
  return { spdxElementId: from, relationshipType: kind, relatedSpdxElement: to };
}

function extractedLicenses(packages: readonly SbomPackage[]) {
  const found = new Map(packages.flatMap((item) => [...(joinLicenses(item.licenses)?.references ?? [])]));
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([licenseId, name]) => ({
    licenseId,
    name,
    extractedText: `The licence is named ${name} by the package; its text is in the image or with the package's source.`,
  }));
}
