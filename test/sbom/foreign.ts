/** Documents in the manner of other programs: as syft, Trivy, cdxgen and npm write them, cut down to what is read. */

const digest = `sha256:${"7".repeat(64)}`;
const layerID = `sha256:${"8".repeat(64)}`;
const libcPurl = "pkg:deb/debian/libc6@2.41-12%2Bb1?arch=amd64&distro=debian-13&upstream=glibc%402.41-12";
const pythonPath = "/usr/lib/python3/dist-packages/requests-2.32.3.dist-info/METADATA";

/** Syft's own JSON. */
export const syftDocument = {
  artifacts: [
    {
      id: "a1",
      name: "libc6",
      version: "2.41-12+b1",
      type: "deb",
      locations: [{ path: "/var/lib/dpkg/status", layerID, annotations: { evidence: "primary" } }],
      licenses: [{ value: "GPL-2", spdxExpression: "", type: "declared", urls: [], locations: [] }],
      purl: libcPurl,
      metadataType: "dpkg-db-entry",
      metadata: {
        package: "libc6",
        source: "glibc",
        sourceVersion: "2.41-12",
        architecture: "amd64",
        maintainer: "GNU <a@b.c>",
      },
    },
    {
      id: "a2",
      name: "requests",
      version: "2.32.3",
      type: "python",
      locations: [{ path: pythonPath, layerID }],
      licenses: ["Apache-2.0"],
      purl: "pkg:pypi/requests@2.32.3",
    },
    {
      id: "a3",
      name: "requests",
      version: "2.32.3",
      type: "python",
      locations: [{ path: "/opt/METADATA" }],
      purl: "pkg:pypi/requests@2.32.3",
    },
    { id: "a4", name: "thing", version: "", type: "binary", locations: [], licenses: [], purl: "" },
  ],
  artifactRelationships: [
    { parent: "s", child: "a1", type: "contains" },
    { parent: "a1", child: "a2", type: "dependency-of" },
    { parent: "a1", child: "a3", type: "ownership-by-file-overlap" },
    { parent: "a1", child: "f1", type: "contains" },
    { parent: "a2", child: "f1", type: "evident-by" },
  ],
  files: [
    {
      id: "f1",
      location: { path: "/etc/x", layerID },
      metadata: { mode: 644, type: "RegularFile", userID: 0, groupID: 0, mimeType: "", size: 5 },
      digests: [{ algorithm: "sha256", value: "A".repeat(64) }],
    },
    {
      id: "f2",
      location: { path: "/etc" },
      metadata: { mode: 755, type: "Directory", userID: 0, groupID: 0, mimeType: "", size: 0 },
    },
  ],
  source: {
    id: "s",
    name: "node",
    version: digest,
    type: "image",
    metadata: { userInput: "node:24", manifestDigest: digest, architecture: "amd64", os: "linux", tags: [] },
  },
  distro: { prettyName: "Debian GNU/Linux 13 (trixie)", id: "debian", versionID: "13", versionCodename: "trixie" },
  descriptor: { name: "syft", version: "1.18.1" },
  schema: { version: "16.0.18" },
};

const nothing = { downloadLocation: "NOASSERTION", licenseConcluded: "NOASSERTION", copyrightText: "NOASSERTION" };

function spdxPurl(referenceLocator: string) {
  return [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator }];
}

/** SPDX 2.3 as Trivy writes it for an image. */
export const trivySpdx = {
  spdxVersion: "SPDX-2.3",
  SPDXID: "SPDXRef-DOCUMENT",
  name: "debian:13",
  packages: [
    {
      SPDXID: "SPDXRef-ContainerImage-1",
      name: "debian:13",
      primaryPackagePurpose: "CONTAINER",
      externalRefs: spdxPurl(
        `pkg:oci/debian@${encodeURIComponent(digest)}?arch=amd64&repository_url=index.docker.io%2Flibrary%2Fdebian`,
      ),
      ...nothing,
    },
    {
      SPDXID: "SPDXRef-OperatingSystem-2",
      name: "debian",
      versionInfo: "13.1",
      primaryPackagePurpose: "OPERATING-SYSTEM",
      ...nothing,
    },
    {
      SPDXID: "SPDXRef-Package-3",
      name: "libc6",
      versionInfo: "2.41-12",
      supplier: "Organization: GNU Libc Maintainers \u003cdebian-glibc@lists.debian.org\u003e",
      licenseDeclared: "LGPL-2.1-or-later AND LicenseRef-4e6a",
      sourceInfo: "built package from: glibc 2.41-12",
      externalRefs: spdxPurl("pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13.1"),
      ...nothing,
    },
    {
      SPDXID: "SPDXRef-Application-4",
      name: "node-pkg",
      annotations: [
        {
          annotationDate: "2026-01-01T00:00:00Z",
          annotationType: "OTHER",
          annotator: "Tool: trivy",
          comment: "Class: lang-pkgs",
        },
      ],
      primaryPackagePurpose: "APPLICATION",
      ...nothing,
    },
    { SPDXID: "SPDXRef-Package-5", name: "mystery", supplier: "NOASSERTION", licenseDeclared: "NONE", ...nothing },
  ],
  hasExtractedLicensingInfos: [{ licenseId: "LicenseRef-4e6a", name: "public-domain", extractedText: "…" }],
  relationships: [
    {
      spdxElementId: "SPDXRef-DOCUMENT",
      relatedSpdxElement: "SPDXRef-ContainerImage-1",
      relationshipType: "DESCRIBES",
    },
    {
      spdxElementId: "SPDXRef-OperatingSystem-2",
      relatedSpdxElement: "SPDXRef-Package-3",
      relationshipType: "CONTAINS",
    },
    { spdxElementId: "SPDXRef-Package-5", relatedSpdxElement: "SPDXRef-Package-3", relationshipType: "DEPENDS_ON" },
    {
      spdxElementId: "SPDXRef-Package-3",
      relatedSpdxElement: "DocumentRef-x:SPDXRef-9",
      relationshipType: "DEPENDS_ON",
    },
  ],
};

/** CycloneDX 1.6 as Trivy writes it for an image. */
export const trivyCyclonedx = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  metadata: {
    component: {
      "bom-ref": "root",
      type: "container",
      name: "alpine:3.22",
      purl: `pkg:oci/alpine@${digest}?arch=amd64&repository_url=index.docker.io%2Flibrary%2Falpine`,
    },
  },
  components: [
    { "bom-ref": "os", type: "operating-system", name: "alpine", version: "3.22.1" },
    {
      "bom-ref": "p1",
      type: "library",
      supplier: { name: "Natanael Copa \u003cncopa@alpinelinux.org\u003e" },
      name: "ssl_client",
      version: "1.37.0-r18",
      licenses: [{ license: { id: "GPL-2.0-only" } }],
      purl: "pkg:apk/alpine/ssl_client@1.37.0-r18?arch=x86_64&distro=3.22.1",
      properties: [
        { name: "aquasecurity:trivy:LayerDigest", value: layerID },
        { name: "aquasecurity:trivy:PkgType", value: "alpine" },
        { name: "aquasecurity:trivy:SrcName", value: "busybox" },
        { name: "aquasecurity:trivy:SrcVersion", value: "1.37.0-r18" },
      ],
    },
    {
      "bom-ref": "app",
      type: "application",
      name: "node-pkg",
      properties: [{ name: "aquasecurity:trivy:Class", value: "lang-pkgs" }],
    },
    {
      "bom-ref": "p2",
      type: "library",
      group: "@types",
      name: "node",
      version: "24.0.0",
      licenses: [{ expression: "MIT AND ISC" }],
      purl: "pkg:npm/%40types/node@24.0.0",
      properties: [{ name: "aquasecurity:trivy:FilePath", value: "app/package.json" }],
      components: [
        { type: "library", group: "org.example", name: "inner", version: "1", purl: "pkg:maven/org.example/inner@1" },
      ],
    },
  ],
  dependencies: [
    { ref: "root", dependsOn: ["os"] },
    { ref: "p2", dependsOn: ["p1", "p2", "nowhere"] },
  ],
};

/** What SPDX 3 looks like from another program: lists where one would do, licences of the expanded profile. */
export const otherSpdx3 = {
  "@context": ["https://spdx.org/rdf/3.0.1/spdx-context.jsonld"],
  "@graph": [
    { type: "SpdxDocument", spdxId: "urn:d", name: "a document", rootElement: "urn:bom" },
    { type: "software_Sbom", spdxId: "urn:bom", rootElement: ["urn:app"] },
    { type: "software_Package", spdxId: "urn:app", name: "app", software_packageVersion: "2.0" },
    {
      type: "software_Package",
      spdxId: "urn:p",
      name: "left",
      software_packageVersion: "1.0.0",
      suppliedBy: {
        type: "Person",
        name: "Jo",
        externalIdentifier: [{ externalIdentifierType: "email", identifier: "jo@example.org" }],
      },
      externalIdentifier: [
        { type: "ExternalIdentifier", externalIdentifierType: "packageUrl", identifier: "pkg:npm/left@1.0.0" },
      ],
    },
    { type: "software_Package", spdxId: "urn:q", name: "right", software_packageVersion: "3" },
    {
      type: "expandedlicensing_ConjunctiveLicenseSet",
      spdxId: "urn:set",
      expandedlicensing_member: ["https://spdx.org/licenses/MIT", "urn:set", "urn:custom"],
    },
    { type: "expandedlicensing_CustomLicense", spdxId: "urn:custom", name: "House" },
    { type: "Relationship", spdxId: "urn:r1", from: "urn:p", relationshipType: "hasDeclaredLicense", to: ["urn:set"] },
    {
      type: "Relationship",
      spdxId: "urn:r2",
      from: "urn:p",
      relationshipType: "dependsOn",
      to: ["urn:q", "urn:nowhere"],
    },
    {
      type: "Relationship",
      spdxId: "urn:r3",
      from: "urn:q",
      relationshipType: "hasConcludedLicense",
      to: "https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion",
    },
  ],
};

/** A statement of in-toto that holds `predicate`. */
export function statement(predicate: unknown, predicateType: string) {
  const subject = [{ name: "image", digest: { sha256: "9".repeat(64) } }];
  return { _type: "https://in-toto.io/Statement/v1", subject, predicateType, predicate };
}

/** `payload` in a DSSE envelope with a signature that nobody made. */
export function envelope(payload: unknown) {
  return {
    payloadType: "application/vnd.in-toto+json",
    payload: Buffer.from(JSON.stringify(payload)).toString("base64"),
    signatures: [{ sig: "AAAA" }],
  };
}
