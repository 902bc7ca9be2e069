import type { SourcedDocument } from "../../../src/vuln/vex/model.ts";
import { readVex } from "../../../src/vuln/vex/read.ts";

/** The hex of a digest, all of one digit. */
export function hex(digit: string): string {
  return digit.repeat(64);
}

/** An OpenVEX statement, about CVE-2026-0001 unless it says otherwise. */
export function openvexStatement(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    vulnerability: { name: "CVE-2026-0001" },
    products: [{ "@id": "pkg:deb/debian/bash@5.2-1" }],
    status: "not_affected",
    justification: "vulnerable_code_not_present",
    ...more,
  };
}

/** An OpenVEX document of 2026-01-01 by example.org. */
export function openvex(
  statements: readonly unknown[],
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.org/vex/1",
    author: "Example <vex@example.org>",
    timestamp: "2026-01-01T00:00:00Z",
    version: 1,
    statements,
    ...more,
  };
}

/** A CSAF document with a product tree and vulnerabilities. */
export function csaf(tree: unknown, vulnerabilities: readonly unknown[]): Record<string, unknown> {
  return {
    document: {
      category: "csaf_vex",
      csaf_version: "2.0",
      title: "Example",
      publisher: { category: "vendor", name: "Example PSIRT", namespace: "https://example.org" },
      tracking: {
        id: "EX-2026-1",
        current_release_date: "2026-02-01T12:00:00.000+01:00",
        initial_release_date: "2026-01-01T00:00:00Z",
        status: "final",
        version: "2",
      },
    },
    product_tree: tree,
    vulnerabilities,
  };
}

/** A branch of a CSAF product tree that is a product with a package URL. */
export function csafProduct(id: string, purl: string | null): Record<string, unknown> {
  const helper = purl === null ? { cpe: "cpe:/o:example:os:1" } : { purl };
  return {
    category: "product_version",
    name: id,
    product: { product_id: id, name: id, product_identification_helper: helper },
  };
}

/** A CycloneDX document. */
export function cyclonedx(more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: "urn:uuid:123e4567-e89b-12d3-a456-426614174000",
    version: 1,
    metadata: { timestamp: "2026-03-01T00:00:00Z", authors: [{ name: "Example Team" }] },
    ...more,
  };
}

/** An in-toto statement of subjects by name. */
export function intoto(
  predicate: unknown,
  subject: readonly unknown[] = [],
  predicateType = "https://openvex.dev/ns/v0.2.0",
): Record<string, unknown> {
  return { _type: "https://in-toto.io/Statement/v1", predicateType, subject, predicate };
}

/** A DSSE envelope around `payload`. */
export function dsse(payload: unknown): Record<string, unknown> {
  const base64 = Buffer.from(JSON.stringify(payload)).toString("base64");
  return { payloadType: "application/vnd.in-toto+json", payload: base64, signatures: [{ sig: "AA==" }] };
}

/** `document` as bytes. */
export function bytesOf(document: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}

/** What `document` is read as, under the name `file`. */
export function read(document: unknown) {
  return readVex(bytesOf(document), "file");
}

/** A document the user named, or from where `more` says. */
export function sourced(document: unknown, more: Partial<SourcedDocument> = {}): SourcedDocument {
  return { document: read(document), source: "file", origin: "named", verified: false, scope: "image", ...more };
}
