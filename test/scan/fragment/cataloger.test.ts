import { describe, expect, it } from "vitest";
import { fragmentCataloger } from "../../../src/scan/fragment/cataloger.ts";
import { catalogFiles } from "../harness.ts";

const fragment = (packages: readonly object[], more: object = {}) =>
  JSON.stringify({
    spdxVersion: "SPDX-2.3",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "made",
    packages,
    ...more,
  });
const nginx = {
  SPDXID: "SPDXRef-nginx",
  name: "nginx",
  versionInfo: "1.27.4",
  licenseDeclared: "BSD-2-Clause",
  externalRefs: [
    {
      referenceCategory: "PACKAGE-MANAGER",
      referenceType: "purl",
      referenceLocator: "pkg:bitnami/nginx@1.27.4?arch=amd64",
    },
  ],
};
const withFile = (path: string) => ({
  files: [{ SPDXID: "SPDXRef-file", fileName: path, checksums: [] }],
  relationships: [{ spdxElementId: "SPDXRef-nginx", relationshipType: "CONTAINS", relatedSpdxElement: "SPDXRef-file" }],
});

describe("fragmentCataloger", () => {
  it("lists what a bill of materials inside an image names, and its files as owned", () => {
    const { packages, warnings, owners } = catalogFiles(fragmentCataloger, {
      "opt/bitnami/nginx/.spdx-nginx.spdx": fragment([nginx], withFile("./sbin/nginx")),
      "opt/bitnami/nginx/sbin/nginx": "program",
    });
    expect(packages).toMatchObject([
      {
        type: "bitnami",
        name: "nginx",
        version: "1.27.4",
        licenses: ["BSD-2-Clause"],
        comments: ["named by opt/bitnami/nginx/.spdx-nginx.spdx"],
      },
    ]);
    expect(warnings).toEqual([]);
    expect(owners.ownerOf("opt/bitnami/nginx/sbin/nginx")).toBe("pkg:bitnami/nginx@1.27.4?arch=amd64");
  });

  it("warns of what is named with files that are not there, and does not list it", () => {
    const path = "usr/share/sbom/nginx.spdx.json";
    const { packages, warnings } = catalogFiles(fragmentCataloger, {
      [path]: fragment([nginx], withFile("usr/sbin/nginx")),
    });
    expect(packages).toEqual([]);
    expect(warnings).toEqual([
      { path, reason: "names nginx 1.27.4 with files that are not in the image, or are others" },
    ]);
  });

  it("says where nothing could be checked, and leaves to others what they have found", () => {
    const files = { "app/bom.json": fragment([nginx]) };
    const alone = catalogFiles(fragmentCataloger, files).packages;
    expect(alone[0]?.comments).toEqual(["named by app/bom.json, which names none of its files"]);
    const found = [{ ...(alone[0] as (typeof alone)[number]), purl: "pkg:bitnami/nginx@1.27.4?distro=x" }];
    expect(catalogFiles(fragmentCataloger, files, { found }).packages).toEqual([]);
  });

  it("passes over what is no bill of materials, and warns of one that cannot be read", () => {
    const { packages, warnings } = catalogFiles(fragmentCataloger, {
      "a/tag-value.spdx": "SPDXVersion: SPDX-2.3\n",
      "b/bom.json": '{"materials": ["steel"]}',
      "c/x.cdx.json": '{"bomFormat":"CycloneDX","specVersion":"1.6","components":{}}',
    });
    expect(packages).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual(["c/x.cdx.json"]);
  });
});
