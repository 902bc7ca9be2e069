import { describe, expect, it } from "vitest";
import { hex, intoto, openvex, openvexStatement, read } from "./documents.ts";

function only(statement: unknown, more: Readonly<Record<string, unknown>> = {}) {
  const [first] = read(openvex([statement], more)).statements;
  if (first === undefined) throw new Error("no statement");
  return first;
}

describe("a statement of OpenVEX", () => {
  it("is read with all it says", () => {
    const statement = only({
      vulnerability: {
        "@id": "https://nvd.nist.gov/vuln/detail/CVE-2021-44228",
        name: "CVE-2021-44228",
        aliases: ["GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228"],
      },
      products: [
        {
          "@id": "pkg:oci/app?repository_url=ghcr.io/acme/app",
          identifiers: { purl: "pkg:docker/acme/app@1", cpe23: "cpe:2.3:a:acme:app:1:*:*:*:*:*:*:*" },
          hashes: { "sha-256": hex("A"), "sha-512": "x" },
          subcomponents: [{ "@id": "pkg:npm/a@1" }, { identifiers: { purl: "pkg:npm/b" } }],
        },
      ],
      status: "not_affected",
      justification: "inline_mitigations_already_exist",
      impact_statement: "cannot be reached",
      status_notes: "see the ticket",
      timestamp: "2026-05-01T10:00:00.123456789+02:00",
    });
    expect(statement).toEqual({
      vulnerability: { id: "CVE-2021-44228", aliases: ["GHSA-jfh8-c2jp-5v3q"] },
      status: "not_affected",
      justification: "inline_mitigations_already_exist",
      statement: "cannot be reached",
      unexplained: false,
      timestamp: "2026-05-01T08:00:00.123Z",
      author: "Example <vex@example.org>",
      document: "https://example.org/vex/1",
      products: [
        {
          identifiers: ["pkg:oci/app?repository_url=ghcr.io/acme/app", "pkg:docker/acme/app@1", hex("a")],
          subcomponents: [{ identifiers: ["pkg:npm/a@1"] }, { identifiers: ["pkg:npm/b"] }],
        },
      ],
    });
  });

  it("may be of version 0.0.1, with texts and subcomponents beside the products", () => {
    const statement = only({
      vulnerability: "CVE-2023-12345",
      products: ["pkg:apk/wolfi/git@2.39.0-r1?arch=armv7", "nginx"],
      subcomponents: ["pkg:apk/wolfi/curl"],
      status: "fixed",
    });
    expect(statement.vulnerability).toEqual({ id: "CVE-2023-12345", aliases: [] });
    const subcomponents = [{ identifiers: ["pkg:apk/wolfi/curl"] }];
    expect(statement.products).toEqual([
      { identifiers: ["pkg:apk/wolfi/git@2.39.0-r1?arch=armv7"], subcomponents },
      { identifiers: ["nginx"], subcomponents },
    ]);
  });

  it("may name its vulnerability by an IRI alone", () => {
    const iri = "https://nvd.nist.gov/vuln/detail/CVE-2019-17571";
    expect(only(openvexStatement({ vulnerability: { "@id": iri } })).vulnerability.id).toBe("CVE-2019-17571");
    expect(only(openvexStatement({ vulnerability: { "@id": "CVE-2014-1" } })).vulnerability.id).toBe("CVE-2014-1");
    const unclear = "https://example.org/weakness?7";
    expect(only(openvexStatement({ vulnerability: { "@id": unclear } })).vulnerability.id).toBe(unclear);
  });

  it("keeps a subcomponent that cannot be compared, lest the statement be about all of the product", () => {
    const products = [{ "@id": "nginx", subcomponents: [{ identifiers: { cpe23: "cpe:2.3:a:x:y:1" } }] }];
    const document = read(openvex([openvexStatement({ products })]));
    expect(document.statements[0]?.products[0]?.subcomponents).toEqual([{ identifiers: [] }]);
    expect(document.problems).toEqual([
      "a product or subcomponent has no package URL, image name or SHA-256 digest: CVE-2026-0001",
    ]);
  });
});

describe("what a statement of OpenVEX gives as words", () => {
  it.each([
    ["the impact first", { impact_statement: "a", action_statement: "b", status_notes: "c" }, "a"],
    ["else the action", { action_statement: "b", status_notes: "c" }, "b"],
    ["else the notes", { status_notes: "c" }, "c"],
    ["nothing where all are empty", { status_notes: " " }, null],
  ])("is %s", (_, more, words) => {
    expect(only(openvexStatement(more)).statement).toBe(words);
  });
});

describe("the time of a statement of OpenVEX", () => {
  const document = { timestamp: "2026-01-01T00:00:00Z" };
  it.each([
    [
      "when it was last changed",
      { timestamp: "2026-02-01T00:00:00Z", last_updated: "2026-03-01T00:00:00Z" },
      document,
      "2026-03-01T00:00:00.000Z",
    ],
    ["its own", { timestamp: "2026-02-01T00:00:00Z" }, document, "2026-02-01T00:00:00.000Z"],
    ["when the document was last changed", {}, { ...document, last_updated: "2026-04-01" }, "2026-04-01T00:00:00.000Z"],
    ["the document's", {}, document, "2026-01-01T00:00:00.000Z"],
    [
      "the document's where its own is Go's for none",
      { timestamp: "0001-01-01T00:00:00Z" },
      document,
      "2026-01-01T00:00:00.000Z",
    ],
    ["not known where neither says one", {}, { timestamp: undefined }, null],
  ])("is %s", (_, statement, more, time) => {
    expect(only(openvexStatement(statement), more).timestamp).toBe(time);
  });
});

describe("a statement without products", () => {
  const statement = openvexStatement({ products: undefined });
  it.each([
    ["an image by its digest, not by its name", { name: "ghcr.io/acme/app", digest: { sha256: hex("a") } }, [hex("a")]],
    [
      "an image's package URL by its digest",
      { name: "pkg:docker/acme/app@1", digest: { sha256: hex("a") } },
      [hex("a")],
    ],
    [
      "a package by both",
      { name: "pkg:apk/distro/git@2", digest: { sha256: hex("a") } },
      ["pkg:apk/distro/git@2", hex("a")],
    ],
    ["what has no digest by its name", { name: "ghcr.io/acme/app:1" }, ["ghcr.io/acme/app:1"]],
  ])("is about the subjects of its attestation: %s", (_, subject, identifiers) => {
    const document = read(intoto(openvex([statement]), [subject]));
    expect(document.statements[0]?.products).toEqual([{ identifiers, subcomponents: [] }]);
  });

  it("is about nothing without an attestation, and the document says so", () => {
    const document = read(openvex([statement]));
    expect(document.statements[0]?.products).toEqual([]);
    expect(document.problems).toEqual(["no product is named, so that it is about nothing: CVE-2026-0001"]);
  });
});
