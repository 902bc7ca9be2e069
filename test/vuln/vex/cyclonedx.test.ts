import { describe, expect, it } from "vitest";
import { cyclonedx, hex, read } from "./documents.ts";

const affects = [{ ref: "pkg:npm/a@1" }];

function only(vulnerability: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) {
  const vulnerabilities = [{ id: "CVE-2026-0001", affects, ...vulnerability }];
  const [first] = read(cyclonedx({ vulnerabilities, ...more })).statements;
  if (first === undefined) throw new Error("no statement");
  return first;
}

describe("an analysis of CycloneDX", () => {
  it.each([
    ["not_affected", "not_affected"],
    ["false_positive", "not_affected"],
    ["exploitable", "affected"],
    ["in_triage", "under_investigation"],
    ["resolved", "fixed"],
    ["resolved_with_pedigree", "fixed"],
  ])("in the state %s says %s", (state, status) => {
    expect(only({ analysis: { state } }).status).toBe(status);
  });

  it.each([
    ["code_not_present", "vulnerable_code_not_present"],
    ["code_not_reachable", "vulnerable_code_not_in_execute_path"],
    ["protected_by_compiler", "inline_mitigations_already_exist"],
    ["requires_configuration", "requires_configuration"],
  ])("justified as %s has the justification %s", (label, justification) => {
    expect(only({ analysis: { state: "not_affected", justification: label } }).justification).toBe(justification);
  });

  it("explains itself by a detail, or by being a false positive", () => {
    expect(only({ analysis: { state: "not_affected", detail: "not linked" } })).toMatchObject({
      statement: "not linked",
      unexplained: false,
    });
    expect(only({ analysis: { state: "false_positive" } })).toMatchObject({
      justification: "false_positive",
      unexplained: false,
    });
    expect(only({ analysis: { state: "not_affected" } }).unexplained).toBe(true);
  });

  it("has the time of its last change, else the document's, and the document's author", () => {
    const times = { firstIssued: "2026-01-01T00:00:00Z", lastUpdated: "2026-04-01T00:00:00Z" };
    expect(only({ analysis: { state: "resolved", ...times } })).toMatchObject({
      timestamp: "2026-04-01T00:00:00.000Z",
      author: "Example Team",
    });
    expect(only({ analysis: { state: "resolved" } }).timestamp).toBe("2026-03-01T00:00:00.000Z");
  });

  it("has the ids of other systems as aliases", () => {
    const references = [{ id: "GHSA-1" }, { id: "CVE-2026-0001" }];
    expect(only({ references, analysis: { state: "resolved" } }).vulnerability.aliases).toEqual(["GHSA-1"]);
  });

  it("that is missing says nothing", () => {
    expect(read(cyclonedx({ vulnerabilities: [{ id: "CVE-2026-0001", affects }] })).statements).toEqual([]);
  });
});

describe("what a vulnerability of CycloneDX affects", () => {
  const analysis = { state: "resolved" };
  const components = [
    { "bom-ref": "one", purl: "pkg:npm/one@1", components: [{ "bom-ref": "inner", purl: "pkg:npm/inner@1" }] },
  ];
  const purl = "pkg:oci/app@sha256%3A1?repository_url=ghcr.io/acme/app";
  const container = { type: "container", "bom-ref": "image", name: "acme/app", purl };
  const inBill = (ref: string, component: unknown) =>
    only({ affects: [{ ref }], analysis }, { components, metadata: { component } }).products;

  it.each([
    ["a component by its place", "one", "pkg:npm/one@1"],
    ["a component within another", "inner", "pkg:npm/inner@1"],
    ["a package URL that is no place", "pkg:npm/other@2", "pkg:npm/other@2"],
    [
      "a BOM-Link",
      "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:deb/ubuntu/x@1?arch=amd64",
      "pkg:deb/ubuntu/x@1?arch=amd64",
    ],
    ["an encoded BOM-Link", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2Fx%401", "pkg:npm/x@1"],
  ])("is %s", (_, ref, identifier) => {
    const expected = [{ identifiers: [identifier], subcomponents: [] }];
    expect(only({ affects: [{ ref }], analysis }, { components }).products).toEqual(expected);
  });

  it("is nothing that can be compared where the link leads into another document", () => {
    const ref = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#some-place";
    expect(only({ affects: [{ ref }], analysis }).products).toEqual([{ identifiers: [], subcomponents: [] }]);
  });

  it("is a component of the image whose bill it is", () => {
    expect(inBill("one", container)).toEqual([
      { identifiers: [purl], subcomponents: [{ identifiers: ["pkg:npm/one@1"] }] },
    ]);
    expect(inBill("image", container)).toEqual([{ identifiers: [purl], subcomponents: [] }]);
  });

  it("is in an image known by its digest, else its name, where it has no package URL", () => {
    const named = { type: "container", name: "alpine:3.19" };
    expect(inBill("one", { ...named, version: `sha256:${hex("a")}` })[0]?.identifiers).toEqual([hex("a")]);
    expect(inBill("one", named)[0]?.identifiers).toEqual(["alpine:3.19"]);
  });

  it("is the component alone in the bill of something else", () => {
    expect(inBill("one", { type: "application", "bom-ref": "app", name: "app" })).toEqual([
      { identifiers: ["pkg:npm/one@1"], subcomponents: [] },
    ]);
  });

  it("is only of the versions that are named, and of no range", () => {
    const versions = [{ version: "1.0+x" }, { range: "vers:npm/<2" }];
    const products = only({ affects: [{ ref: "pkg:npm/a?k=v", versions }], analysis }).products;
    expect(products).toEqual([{ identifiers: ["pkg:npm/a@1.0%2Bx?k=v"], subcomponents: [] }]);
  });
});
