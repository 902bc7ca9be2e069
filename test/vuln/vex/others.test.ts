import { describe, expect, it } from "vitest";
import type { PackageIdentity } from "../../../src/sbom/model.ts";
import { applyVex } from "../../../src/vuln/vex/apply.ts";
import { csaf, csafProduct, cyclonedx, openvex, sourced } from "./documents.ts";
import { context, debPackage, finding } from "./findings.ts";

// The facts of documents that Grype and Trivy are tested with, and of scout-cli's issue 199, in our own words.

const digest = "124c7d2707904eea7431fffe91522a01e5a861a624ee31d03372cc1d138a3126";
const alpineImage = `pkg:oci/alpine@sha256%3A${digest}`;
const libcrypto: PackageIdentity = {
  type: "apk",
  name: "libcrypto3",
  version: "3.0.8-r3",
  source: { name: "openssl", version: "3.0.8-r3" },
  purl: "pkg:apk/alpine/libcrypto3@3.0.8-r3?arch=x86_64&upstream=openssl&distro=alpine-3.17.3",
};
const go: PackageIdentity = {
  type: "golang",
  name: "github.com/aquasecurity/go-transitive",
  version: "v4.0.0",
  source: null,
  purl: "pkg:golang/github.com/aquasecurity/go-transitive@v4.0.0",
};
const inAlpine = (...names: readonly string[]) => [
  { "@id": alpineImage, subcomponents: names.map((name) => ({ "@id": `pkg:apk/alpine/${name}@3.0.8-r3` })) },
];
const statement = (id: string, more: Readonly<Record<string, unknown>>) => ({ vulnerability: { name: id }, ...more });
const fixed = { status: "fixed" };
const csafOf = (purl: string, vulnerability: unknown) => csaf({ branches: [csafProduct("P", purl)] }, [vulnerability]);

/** What is left of these vulnerabilities in `one` of the image `alpine@sha256:124c…`, after a document. */
function left(document: unknown, one: PackageIdentity, ids: readonly string[]): readonly string[] {
  const image = { ...context.image, reference: `alpine@sha256:${digest}`, digest: null, digests: [] };
  const distribution = { id: "alpine", versionId: "3.17.3", codename: null, prettyName: null };
  const findings = ids.map((id) => finding({ id, package: one }));
  return applyVex(findings, { ...context, image, distribution, documents: [sourced(document)] })
    .filter(({ suppressed }) => suppressed === null)
    .map(({ id }) => id);
}

describe("documents of Grype's tests", () => {
  const all = ["CVE-2023-3817", "CVE-2023-1255", "CVE-2023-2975"];
  it.each([
    [
      "an image and packages in it, fixed",
      openvex([statement("CVE-2023-1255", { ...fixed, products: inAlpine("libssl3", "libcrypto3") })]),
      ["CVE-2023-3817", "CVE-2023-2975"],
    ],
    [
      "several statements of both kinds",
      openvex([
        statement("CVE-2023-1255", { ...fixed, products: inAlpine("libssl3", "libcrypto3") }),
        statement("CVE-2023-2975", { ...fixed, products: inAlpine("libcrypto3") }),
        statement("CVE-2023-3817", {
          status: "not_affected",
          justification: "vulnerable_code_not_present",
          products: inAlpine("libcrypto3"),
        }),
      ]),
      [],
    ],
    [
      "packages in the image that it is none of",
      openvex([statement("CVE-2023-1255", { ...fixed, products: inAlpine("libssl3") })]),
      all,
    ],
    [
      "an image without subcomponents",
      openvex([statement("CVE-2023-1255", { ...fixed, products: [{ "@id": alpineImage }] })]),
      ["CVE-2023-3817", "CVE-2023-2975"],
    ],
    [
      "the package as the product",
      openvex([statement("CVE-2023-1255", { ...fixed, products: [{ "@id": "pkg:apk/alpine/libcrypto3@3.0.8-r3" }] })]),
      ["CVE-2023-3817", "CVE-2023-2975"],
    ],
    [
      "an image of Debian",
      openvex([
        statement("CVE-2023-1255", {
          ...fixed,
          products: [{ "@id": "pkg:oci/debian?repository_url=index.docker.io/library/debian" }],
        }),
      ]),
      all,
    ],
    [
      "CSAF, fixed",
      csafOf(libcrypto.purl, { cve: "CVE-2023-1255", product_status: { fixed: ["P"] } }),
      ["CVE-2023-3817", "CVE-2023-2975"],
    ],
    [
      "CSAF, not affected with a flag",
      csafOf(libcrypto.purl, {
        cve: "CVE-2023-3817",
        product_status: { known_not_affected: ["P"] },
        flags: [{ label: "vulnerable_code_not_present", product_ids: ["P"] }],
      }),
      ["CVE-2023-1255", "CVE-2023-2975"],
    ],
  ])("do as there: %s", (_, document, expected) => {
    expect(left(document, libcrypto, all)).toEqual(expected);
  });
});

describe("documents of Trivy's tests", () => {
  const impact = [{ category: "impact", details: "vulnerable_code_not_in_execute_path" }];
  it("do as there: CSAF of a Go module, and one without a CVE", () => {
    const product_status = { known_not_affected: ["P"] };
    const byCve = csafOf(go.purl, { cve: "CVE-2024-0001", product_status, threats: impact });
    expect(left(byCve, go, ["CVE-2024-0001"])).toEqual([]);
    const byId = csafOf(go.purl, {
      ids: [{ system_name: "GitHub", text: "GHSA-2r2c-cx56-8933" }],
      product_status,
      threats: impact,
    });
    expect(left(byId, go, ["GHSA-2r2c-cx56-8933"])).toEqual([]);
  });

  it("do as with several paths there: a module within another is not let off, as something else may use it", () => {
    const tree = {
      branches: [csafProduct("D", "pkg:golang/github.com/aquasecurity/go-direct1@v2.0.0"), csafProduct("T", go.purl)],
      relationships: [
        {
          category: "default_component_of",
          product_reference: "T",
          relates_to_product_reference: "D",
          full_product_name: { product_id: "R", name: "R" },
        },
      ],
    };
    const document = csaf(tree, [
      { cve: "CVE-2024-0001", product_status: { known_not_affected: ["R"] }, threats: impact },
    ]);
    expect(left(document, go, ["CVE-2024-0001"])).toEqual(["CVE-2024-0001"]);
  });

  it("do as there: CycloneDX by a BOM-Link", () => {
    const ref = `urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#${go.purl}`;
    const vulnerabilities = [
      {
        id: "CVE-2024-0001",
        analysis: { state: "not_affected", justification: "code_not_reachable" },
        affects: [{ ref }],
      },
    ];
    expect(left(cyclonedx({ vulnerabilities }), go, ["CVE-2024-0001"])).toEqual([]);
  });
});

describe("scout-cli's issue 199", () => {
  it("is not one here: a newer statement on the same subcomponent replaces the older one under investigation", () => {
    const products = [{ "@id": "pkg:docker/acme/app@1", subcomponents: [{ "@id": "pkg:deb/debian/bash@5.2-1" }] }];
    const document = openvex([
      statement("CVE-2026-0001", { status: "under_investigation", timestamp: "2025-07-01T00:00:00Z", products }),
      statement("CVE-2026-0001", {
        status: "not_affected",
        justification: "component_not_present",
        timestamp: "2025-08-01T00:00:00Z",
        products,
      }),
    ]);
    const image = { ...context.image, reference: "acme/app:1" };
    const one = finding({ package: debPackage("bash", "5.2-1") });
    const [result] = applyVex([one], { ...context, image, documents: [sourced(document)] });
    expect(result?.suppressed?.justification).toBe("component_not_present");
    expect(result?.statements.map(({ status }) => status)).toEqual(["not_affected", "under_investigation"]);
  });
});
