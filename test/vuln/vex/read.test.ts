import { describe, expect, it } from "vitest";
import { VulnError } from "../../../src/vuln/error.ts";
import { readVex } from "../../../src/vuln/vex/read.ts";
import { bytesOf, csaf, cyclonedx, dsse, intoto, openvex, openvexStatement, read } from "./documents.ts";

function failure(bytes: Uint8Array): string {
  try {
    readVex(bytes, "my.vex.json");
  } catch (error) {
    if (!(error instanceof VulnError)) throw error;
    expect(error.code).toBe("VULN_VEX_INVALID");
    expect(error.hint).toMatch(/mend the document/);
    return error.message;
  }
  return "no failure";
}

describe("the formats of VEX", () => {
  const statement = openvexStatement();
  it.each([
    ["OpenVEX 0.2.0", openvex([statement]), "OpenVEX 0.2.0"],
    ["OpenVEX 0.0.1", openvex([statement], { "@context": "https://openvex.dev/ns/v0.0.1" }), "OpenVEX 0.0.1"],
    ["OpenVEX that does not say which", openvex([statement], { "@context": "https://openvex.dev/ns" }), "OpenVEX"],
    [
      "OpenVEX among other contexts",
      openvex([statement], { "@context": ["x", "https://openvex.dev/ns/v0.2.0"] }),
      "OpenVEX 0.2.0",
    ],
    ["OpenVEX from before there were contexts", { author: "x", statements: [statement] }, "OpenVEX"],
    ["CSAF", csaf({}, []), "CSAF 2.0"],
    ["CycloneDX", cyclonedx({ vulnerabilities: [] }), "CycloneDX 1.6"],
    ["OpenVEX in an in-toto statement", intoto(openvex([statement])), "OpenVEX 0.2.0"],
    ["OpenVEX in an envelope", dsse(intoto(openvex([statement]))), "OpenVEX 0.2.0"],
    ["OpenVEX in a bundle", { dsseEnvelope: dsse(intoto(openvex([statement]))) }, "OpenVEX 0.2.0"],
    [
      "CycloneDX in an in-toto statement",
      intoto(cyclonedx({ vulnerabilities: [] }), [], "https://cyclonedx.org/bom"),
      "CycloneDX 1.6",
    ],
  ])("%s is told by its content", (_, document, format) => {
    expect(read(document).format).toBe(format);
  });
});

describe("a document that cannot be read", () => {
  it.each([
    ["is no JSON", Buffer.from("{"), /^my\.vex\.json is not JSON \(at position 1/],
    ["is a list", bytesOf([]), /^my\.vex\.json cannot be read: its content is not an object/],
    ["is of no known format", bytesOf({ a: 1 }), /is no VEX that is known: OpenVEX, CSAF and CycloneDX/],
    [
      "is JSON-LD of something else",
      bytesOf({ "@context": "https://spdx.org/rdf/3.0.1/", statements: [] }),
      /is no VEX/,
    ],
    ["is nested too deep", Buffer.from(`${"[".repeat(200)}`), /nested more than 100 deep/],
    ["is larger than 64 MiB", new Uint8Array(64 * 2 ** 20 + 1), /is larger than 64 MiB/],
    ["has no statements", bytesOf({ "@context": "https://openvex.dev/ns" }), /has no statements/],
    [
      "has a status that does not exist",
      bytesOf(openvex([openvexStatement({ status: "not-affected" })])),
      /statements\[0\]\.status is "not-affected", not one of/,
    ],
    [
      "has no status",
      bytesOf(openvex([openvexStatement({ status: null })])),
      /statements\[0\]\.status is missing, not one of/,
    ],
    [
      "names no vulnerability",
      bytesOf(openvex([openvexStatement({ vulnerability: {} })])),
      /statements\[0\]\.vulnerability has no name/,
    ],
    [
      "has a time that is none",
      bytesOf(openvex([openvexStatement({ timestamp: "yesterday" })])),
      /statements\[0\]\.timestamp is no time as ISO 8601 has it: "yesterday"/,
    ],
    [
      "has products that are no list",
      bytesOf(openvex([openvexStatement({ products: "x" })])),
      /statements\[0\]\.products is not a list/,
    ],
    [
      "is a statement on something else",
      bytesOf(intoto({}, [], "https://slsa.dev/provenance/v1")),
      /its predicate is "https:\/\/slsa\.dev/,
    ],
    ["is an envelope without payload", bytesOf({ payloadType: "application/vnd.in-toto+json" }), /has no payload/],
    ["is CSAF without a version", bytesOf({ document: {} }), /it has no csaf_version/],
    [
      "is CSAF whose products are not in its tree",
      bytesOf(csaf({}, [{ cve: "CVE-1-1", product_status: { fixed: ["A"] } }])),
      /vulnerabilities\[0\]\.product_status\.fixed\[0\] is a product that the product tree does not have/,
    ],
    ["is CycloneDX without vulnerabilities", bytesOf(cyclonedx({})), /has no vulnerabilities/],
    [
      "has an analysis in a state that does not exist",
      bytesOf(cyclonedx({ vulnerabilities: [{ id: "CVE-1-1", analysis: { state: "fine" } }] })),
      /vulnerabilities\[0\]\.analysis\.state is "fine", not one of/,
    ],
  ])("says where, when it %s", (_, bytes, message) => {
    expect(failure(bytes)).toMatch(message);
  });

  it("is not read beyond a million statements", () => {
    const short = '{"vulnerability":"CVE-1-1","status":"fixed"},';
    const many = JSON.stringify(openvex([])).replace("[]", () => `[${short.repeat(1_000_001).slice(0, -1)}]`);
    expect(failure(Buffer.from(many))).toMatch(/has more than 1000000 statements/);
  });
});

describe("what a document says of itself", () => {
  it("is its id, author and time", () => {
    expect(read(openvex([]))).toEqual({
      format: "OpenVEX 0.2.0",
      id: "https://example.org/vex/1",
      author: "Example <vex@example.org>",
      timestamp: "2026-01-01T00:00:00.000Z",
      statements: [],
      problems: [],
    });
  });

  it("is the file's name, nobody and no time where it does not say", () => {
    const { id, author, timestamp, problems } = read({ "@context": "https://openvex.dev/ns", statements: [] });
    expect({ id, author, timestamp, problems }).toEqual({
      id: "file",
      author: "unknown",
      timestamp: null,
      problems: ["no author is named"],
    });
  });
});
