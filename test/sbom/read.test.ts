import { describe, expect, it } from "vitest";
import { documentLimit } from "../../src/sbom/read/text.ts";
import { readSbom } from "../../src/sbom/read.ts";
import { renderSbom } from "../../src/sbom/write.ts";
import { richSbom, written } from "./example.ts";
import { envelope, otherSpdx3, statement, syftDocument, trivyCyclonedx, trivySpdx } from "./foreign.ts";

function read(document: unknown) {
  return readSbom(JSON.stringify(document), "bill.json");
}

/** What `document` is refused with. */
function refusal(document: string | Uint8Array): {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
} {
  try {
    readSbom(document, "bill.json");
  } catch (error) {
    if (error instanceof Error && "code" in error && "hint" in error) {
      return { code: String(error.code), message: error.message, hint: String(error.hint) };
    }
    throw error;
  }
  throw new Error("it was read");
}

const spdx = { spdxVersion: "SPDX-2.3", SPDXID: "SPDXRef-DOCUMENT", name: "x" };
const digest = `sha256:${"7".repeat(64)}`;

describe("readSbom of foreign documents", () => {
  it("reads syft's JSON: packages of one URL are one, files are the regular ones", () => {
    const { sbom, format, notes } = read(syftDocument);
    expect(format).toBe("syft 16.0.18");
    expect(notes).toEqual([]);
    expect(sbom.image).toEqual({ reference: "node:24", digest, platform: "linux/amd64" });
    expect(sbom.distribution).toMatchObject({ id: "debian", versionId: "13", codename: "trixie" });
    expect(sbom.packages.map(({ type, name }) => `${type} ${name}`)).toEqual([
      "deb libc6",
      "generic thing",
      "pypi requests",
    ]);
    const [libc, , requests] = sbom.packages;
    expect(libc).toMatchObject({
      source: { name: "glibc", version: "2.41-12" },
      supplier: "GNU <a@b.c>",
      architecture: "amd64",
      layer: `sha256:${"8".repeat(64)}`,
      locations: ["var/lib/dpkg/status"],
    });
    expect(requests).toMatchObject({
      locations: ["usr/lib/python3/dist-packages/requests-2.32.3.dist-info/METADATA", "opt/METADATA"],
      licenses: ["Apache-2.0"],
      owner: libc?.purl,
      dependsOn: [libc?.purl],
    });
    expect(sbom.files).toEqual([
      {
        path: "etc/x",
        size: 5,
        sha256: "a".repeat(64),
        sha1: null,
        layer: `sha256:${"8".repeat(64)}`,
        owner: libc?.purl,
      },
    ]);
  });

  it("reads Trivy's SPDX: the image, the distribution, sources, names of licences", () => {
    const { sbom, format } = read(trivySpdx);
    expect(format).toBe("SPDX 2.3");
    expect(sbom.image).toEqual({ reference: "debian:13", digest, platform: null });
    expect(sbom.distribution).toEqual({ id: "debian", versionId: "13.1", codename: null, prettyName: null });
    const [libc, mystery] = sbom.packages;
    expect(sbom.packages).toHaveLength(2);
    expect(libc).toMatchObject({
      type: "deb",
      source: { name: "glibc", version: "2.41-12" },
      licenses: ["LGPL-2.1-or-later", "public-domain"],
      supplier: "GNU Libc Maintainers <debian-glibc@lists.debian.org>",
    });
    expect(mystery).toMatchObject({
      type: "generic",
      purl: "pkg:generic/mystery",
      licenses: [],
      dependsOn: [libc?.purl],
    });
  });

  it("reads Trivy's CycloneDX: components within components, groups, the properties it has of its own", () => {
    const { sbom, format } = read(trivyCyclonedx);
    expect(format).toBe("CycloneDX 1.6");
    expect(sbom.image).toEqual({ reference: "alpine:3.22", digest, platform: null });
    expect(sbom.distribution).toMatchObject({ id: "alpine", versionId: "3.22.1" });
    const [client, inner, types] = sbom.packages;
    expect(sbom.packages).toHaveLength(3);
    expect(client).toMatchObject({
      type: "apk",
      source: { name: "busybox", version: "1.37.0-r18" },
      supplier: "Natanael Copa <ncopa@alpinelinux.org>",
      layer: `sha256:${"8".repeat(64)}`,
      architecture: "x86_64",
    });
    expect(inner).toMatchObject({ type: "maven", name: "org.example:inner" });
    expect(types).toMatchObject({
      name: "@types/node",
      licenses: ["MIT", "ISC"],
      locations: ["app/package.json"],
      dependsOn: [client?.purl],
    });
  });

  it("reads SPDX 3 with licences as sets, suppliers in place and identifiers as URLs", () => {
    const { sbom, format, notes } = read(otherSpdx3);
    expect(format).toBe("SPDX 3.0.1");
    expect(notes).toEqual([]);
    expect(sbom.image).toEqual({ reference: "app@2.0", digest: null, platform: null });
    expect(sbom.packages).toMatchObject([
      { type: "generic", name: "right", licenses: [] },
      { type: "npm", name: "left", supplier: "Jo <jo@example.org>", dependsOn: ["pkg:generic/right@3"] },
    ]);
    expect(sbom.packages[1]?.licenses.join()).toContain("MIT");
  });

  it("knows the distribution from package URLs where no package is it", () => {
    const packages = ["a", "b"].map((name) => ({
      SPDXID: `SPDXRef-${name}`,
      name,
      externalRefs: [
        { referenceType: "purl", referenceLocator: `pkg:rpm/opensuse/${name}@1?distro=opensuse-leap-15.6` },
      ],
    }));
    expect(read({ ...spdx, packages }).sbom.distribution).toMatchObject({ id: "opensuse-leap", versionId: "15.6" });
  });

  it("takes a package that is all of a document for a package, and an image for the image", () => {
    const one = (purl: string) => ({
      ...spdx,
      documentDescribes: ["SPDXRef-a"],
      packages: [{ SPDXID: "SPDXRef-a", name: "a", externalRefs: [{ referenceType: "purl", referenceLocator: purl }] }],
    });
    expect(read(one("pkg:npm/a@1")).sbom.packages).toHaveLength(1);
    expect(read(one(`pkg:oci/a@${digest}`)).sbom).toMatchObject({ packages: [], image: { reference: "a", digest } });
  });

  it("notes where nothing has a package URL", () => {
    const { notes } = read({ ...spdx, packages: [{ SPDXID: "SPDXRef-a", name: "a" }] });
    expect(notes.join()).toContain("no package has a package URL");
  });

  it.each([
    ["SPDX-2.2", { ...spdx, spdxVersion: "SPDX-2.2" }, "SPDX 2.2", 0],
    ["SPDX-2.9", { ...spdx, spdxVersion: "SPDX-2.9" }, "SPDX 2.9", 1],
    ["SPDX 3.1", { "@context": "https://spdx.org/rdf/3.1/spdx-context.jsonld", "@graph": [] }, "SPDX 3.1", 1],
    ["CycloneDX 1.2", { bomFormat: "CycloneDX", specVersion: "1.2" }, "CycloneDX 1.2", 0],
    ["CycloneDX 1.9", { bomFormat: "CycloneDX", specVersion: "1.9" }, "CycloneDX 1.9", 1],
  ])("reads %s, with a note where it is newer than what is known", (_, document, format, notes) => {
    expect(read(document)).toMatchObject({ format, notes: Array.from({ length: notes }, () => expect.any(String)) });
  });
});

describe("readSbom of attestations", () => {
  const document = JSON.parse(renderSbom({ ...richSbom, image: { ...richSbom.image, digest: null } }, "spdx", written));
  const wrapped = statement(document, "https://spdx.dev/Document/v2.3");

  it("takes the bill out of a statement and the digest from its subject, and says what was not checked", () => {
    const { sbom, notes } = read(wrapped);
    expect(sbom.image.digest).toBe(`sha256:${"9".repeat(64)}`);
    expect(sbom.packages).toEqual(richSbom.packages);
    expect(notes.join()).toContain("not signed");
  });

  it("opens DSSE envelopes and Sigstore bundles", () => {
    for (const outer of [envelope(wrapped), { mediaType: "x", dsseEnvelope: envelope(wrapped) }]) {
      const { sbom, notes } = read(outer);
      expect(sbom.packages).toEqual(richSbom.packages);
      expect(notes.join()).toContain("signature was not checked");
    }
  });

  it("reads CycloneDX in a statement", () => {
    const bom = JSON.parse(renderSbom(richSbom, "cyclonedx", written));
    expect(read(statement(bom, "https://cyclonedx.org/bom")).sbom.packages).toEqual(richSbom.packages);
  });

  it("refuses statements of other things", () => {
    const provenance = statement({}, "https://slsa.dev/provenance/v1");
    expect(refusal(JSON.stringify(provenance)).message).toContain("https://slsa.dev/provenance/v1");
    expect(refusal(JSON.stringify({ payloadType: "text/plain", payload: "" })).message).toContain(
      "no in-toto statement",
    );
  });
});

describe("readSbom of what it cannot read", () => {
  it.each([
    ["no JSON", "{", "is not JSON"],
    ["something else", '{"a":1}', "no bill of materials that is known"],
    ["a list", "[]", "its content is not an object"],
    ["packages that are no list", JSON.stringify({ ...spdx, packages: {} }), "packages is not a list"],
    [
      "a name that is no text",
      JSON.stringify({ ...spdx, packages: [{ SPDXID: "a", name: 1 }] }),
      "packages[0].name is not a text",
    ],
    [
      "a license of a wrong kind",
      JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components: [{ name: "a", licenses: [7] }] }),
      "components[0].licenses[0] is not an object",
    ],
    ["an unknown version", JSON.stringify({ ...spdx, spdxVersion: "SPDX-4.0" }), 'SPDX version "SPDX-4.0"'],
    [
      "a package of ours without URL",
      '{"schema":"hardpan/sbom/1","packages":[{"name":"a"}]}',
      "packages[0] has no purl",
    ],
  ])("names the document and the place in it: %s", (_, document, expected) => {
    const { code, message, hint } = refusal(document);
    expect(code).toBe("SBOM_DOCUMENT_INVALID");
    expect(message).toContain("bill.json");
    expect(message).toContain(expected);
    expect(hint).not.toBe("");
  });

  it.each([
    ["<?xml version='1.0'?><bom/>", "XML"],
    ["SPDXVersion: SPDX-2.3\n", "tag-value"],
  ])("says what to do with %j", (document, expected) => {
    expect(refusal(document).hint).toContain(expected);
  });

  it("reads UTF-8 and UTF-16 with byte order marks, and refuses other bytes", () => {
    const text = JSON.stringify({ ...spdx, packages: [{ SPDXID: "SPDXRef-a", name: "ünïcode" }] });
    const wide = Buffer.from(`\ufeff${text}`, "utf16le");
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), wide, Buffer.from(wide).swap16()]) {
      expect(readSbom(bytes, "x").sbom.packages[0]?.name).toBe("ünïcode");
    }
    expect(readSbom(`\ufeff${text}`, "x").sbom.packages).toHaveLength(1);
    expect(refusal(Buffer.from([0x7b, 0xff, 0x7d])).message).toContain("UTF-8");
  });

  it("refuses what is too large or too deep before it is parsed", () => {
    expect(refusal("[".repeat(2_000_000)).code).toBe("SBOM_DOCUMENT_TOO_LARGE");
    expect(refusal(`[${"[],".repeat(6_000_001)}[]]`).code).toBe("SBOM_DOCUMENT_TOO_LARGE");
    expect(refusal(new Uint8Array(documentLimit + 1)).code).toBe("SBOM_DOCUMENT_TOO_LARGE");
    expect(refusal(`{"a":"${"[".repeat(200)}"}`).code).toBe("SBOM_DOCUMENT_INVALID");
  });

  it("survives licences that contain themselves, and many ways of naming nothing", () => {
    const set = {
      type: "expandedlicensing_DisjunctiveLicenseSet",
      spdxId: "urn:set",
      expandedlicensing_member: Array(100).fill("urn:set"),
    };
    const document = {
      "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
      "@graph": [
        set,
        { type: "software_Package", spdxId: "urn:p", name: "" },
        {
          type: "Relationship",
          spdxId: "urn:r",
          from: "urn:p",
          relationshipType: "hasDeclaredLicense",
          to: ["urn:set"],
        },
      ],
    };
    expect(read(document).sbom.packages).toMatchObject([{ name: "unnamed", licenses: [] }]);
  });
});
