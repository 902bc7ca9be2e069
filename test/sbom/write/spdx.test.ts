import { describe, expect, it } from "vitest";
import type { Sbom } from "../../../src/sbom/model.ts";
import { renderSbom } from "../../../src/sbom/write.ts";
import { example, exampleSbom, written } from "../example.ts";
import { spdxProblems } from "../schema.ts";

function writeSpdx(sbom: Sbom, options: typeof written): string {
  return renderSbom(sbom, "spdx", options);
}

const document = JSON.parse(writeSpdx(exampleSbom, written));

describe("SPDX 2.3", () => {
  it("is valid by the official schema of SPDX 2.3", () => {
    expect(spdxProblems(document)).toEqual([]);
    expect(spdxProblems({ ...document, packages: [{ name: "no identifier" }] })).not.toEqual([]);
    expect(spdxProblems(JSON.parse(writeSpdx({ ...exampleSbom, packages: [], distribution: null }, written)))).toEqual(
      [],
    );
  });

  it("is the same text for the same image, whatever it is called, but for the name", () => {
    expect(writeSpdx(exampleSbom, written)).toBe(writeSpdx(exampleSbom, written));
    const other = JSON.parse(writeSpdx({ ...exampleSbom, image: { ...exampleSbom.image, reference: "x" } }, written));
    expect(other.documentNamespace).toBe(document.documentNamespace);
  });

  it("describes the image, which contains everything else once", () => {
    const [image, system, libc] = document.packages;
    expect(image).toMatchObject({
      name: exampleSbom.image.reference,
      versionInfo: exampleSbom.image.digest,
      primaryPackagePurpose: "CONTAINER",
      checksums: [{ algorithm: "SHA256", checksumValue: "3".repeat(64) }],
    });
    expect(system).toMatchObject({ name: "debian", versionInfo: "13", primaryPackagePurpose: "OPERATING_SYSTEM" });
    expect(libc).toMatchObject({
      name: "libc6",
      versionInfo: "2.41-12+b1",
      supplier: "Organization: GNU Libc Maintainers (debian-glibc@lists.debian.org)",
      sourceInfo: "built from source package glibc 2.41-12",
      externalRefs: [
        {
          referenceCategory: "PACKAGE-MANAGER",
          referenceType: "purl",
          referenceLocator: exampleSbom.packages[0]?.purl,
        },
      ],
    });
    const ids = document.packages.map((item: { SPDXID: string }) => item.SPDXID);
    expect(new Set(ids).size).toBe(exampleSbom.packages.length + 2);
    expect(ids.every((id: string) => /^SPDXRef-[A-Za-z0-9.-]+$/.test(id))).toBe(true);
    expect(document.relationships).toEqual([
      { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-Image" },
      ...ids.slice(1).map((id: string) => ({
        spdxElementId: "SPDXRef-Image",
        relationshipType: "CONTAINS",
        relatedSpdxElement: id,
      })),
    ]);
  });

  it("defines every licence reference it uses, and no other", () => {
    const used = new Set<string>(JSON.stringify(document.packages).match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? []);
    const defined = document.hasExtractedLicensingInfos.map((info: { licenseId: string }) => info.licenseId);
    expect([...used].sort()).toEqual(defined);
    expect(defined.length).toBe(4);
  });

  it("asserts nothing of what it does not know", () => {
    const bare = JSON.parse(writeSpdx({ ...exampleSbom, packages: [example({ version: "" })] }, written)).packages[2];
    expect(bare).toMatchObject({
      supplier: "NOASSERTION",
      licenseDeclared: "NOASSERTION",
      licenseConcluded: "NOASSERTION",
    });
    expect(bare).not.toHaveProperty("versionInfo");
  });

  it("is dated as it is told, to the second", () => {
    expect(document.creationInfo).toEqual({ created: "2026-01-31T12:00:00Z", creators: ["Tool: hardpan-0.1.0"] });
  });
});
