import { describe, expect, it } from "vitest";
import { applyVex } from "../../src/vuln/vex/apply.ts";
import { readVex } from "../../src/vuln/vex/read.ts";
import { csaf, csafProduct, cyclonedx, dsse, hex, intoto, openvex, openvexStatement } from "../vuln/vex/documents.ts";
import { context, finding } from "../vuln/vex/findings.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const subcomponents = [{ "@id": "pkg:deb/debian/bash@5.2-1?os_distro=bookworm&os_name=debian&os_version=12" }];
const openvexDocument = openvex([
  openvexStatement({ vulnerability: { name: "CVE-2026-0001", aliases: ["GHSA-aaaa-bbbb-cccc"] } }),
  openvexStatement({
    products: [
      { "@id": "pkg:docker/acme/app", subcomponents },
      { "@id": "pkg:oci/app?repository_url=registry.example/acme/app&tag=1", subcomponents },
      {
        "@id": `pkg:oci/app@sha256%3A${hex("a")}`,
        hashes: { "sha-256": hex("a") },
        identifiers: { purl: "pkg:npm/a" },
      },
    ],
    timestamp: "2026-01-02T03:04:05.678901234-06:00",
  }),
]);
const csafDocument = csaf(
  {
    branches: [
      {
        category: "vendor",
        name: "x",
        branches: [csafProduct("A", "pkg:deb/debian/bash"), csafProduct("B", "pkg:oci/app")],
      },
    ],
    relationships: [
      {
        category: "installed_on",
        product_reference: "A",
        relates_to_product_reference: "B",
        full_product_name: { product_id: "R", name: "R" },
      },
    ],
    product_groups: [{ group_id: "G", product_ids: ["A", "R"] }],
  },
  [
    {
      cve: "CVE-2026-0001",
      ids: [{ system_name: "x", text: "GHSA-aaaa-bbbb-cccc" }],
      product_status: { known_not_affected: ["R"], fixed: ["A"], under_investigation: ["B"] },
      flags: [{ label: "component_not_present", group_ids: ["G"] }],
      threats: [{ category: "impact", details: "none", product_ids: ["A"] }],
    },
  ],
);
const cyclonedxDocument = cyclonedx({
  components: [{ "bom-ref": "one", purl: "pkg:deb/debian/bash@5.2-1" }],
  vulnerabilities: [
    {
      id: "CVE-2026-0001",
      references: [{ id: "GHSA-aaaa-bbbb-cccc" }],
      analysis: { state: "not_affected", justification: "code_not_reachable", detail: "not called" },
      affects: [{ ref: "one" }, { ref: "urn:cdx:1/1#pkg:deb/debian/bash", versions: [{ version: "5.2-1" }] }],
    },
  ],
});

const documents: readonly (readonly [string, unknown])[] = [
  ["OpenVEX", openvexDocument],
  ["OpenVEX in an in-toto statement", intoto(openvexDocument, [{ name: "app", digest: { sha256: hex("a") } }])],
  ["OpenVEX in an envelope", dsse(intoto(openvexDocument))],
  ["CSAF", csafDocument],
  ["CycloneDX", cyclonedxDocument],
];

/** What is read can be applied. Returns how many statements are about the finding. */
function readAndApply(bytes: Uint8Array): number {
  const document = readVex(bytes, "fuzz");
  const from = { source: "fuzz", origin: "named", verified: false, scope: "image" } as const;
  const [result] = applyVex([finding()], { ...context, documents: [{ document, ...from }] });
  return result?.statements.length ?? 0;
}

const oddities: readonly string[] = [
  '""',
  "null",
  "[]",
  "{}",
  "0",
  '"pkg:oci/%"',
  '"pkg:npm/@"',
  '"pkg:/"',
  '"\\u0000"',
  "[[null]]",
  '"9999-99-99"',
  '"sha256:"',
  '"__proto__"',
];

/** `text` with a JSON text in it replaced by another value. */
function swapped(text: string, random: (limit: number) => number): string {
  const values = [...text.matchAll(/"(?:[^"\\]|\\.)*"|\[\]|\{\}/g)];
  const value = values[random(values.length)];
  const other = random(2) === 0 ? oddities[random(oddities.length)] : values[random(values.length)]?.[0];
  if (value === undefined || other === undefined) return text;
  return `${text.slice(0, value.index)}${other}${text.slice(value.index + value[0].length)}`;
}

describe.each(documents)("%s under mutation", (_, document) => {
  const text = JSON.stringify(document);

  it("is about the finding as it is", () => {
    expect(readAndApply(Buffer.from(text))).toBeGreaterThan(0);
  });

  it("is read and applied, or refused, when its bytes change", async () => {
    const random = seeded(41);
    for (let round = 0; round < fuzzRounds(300); round++) {
      const changed = mutate(Buffer.from(text), random);
      await readsOrRefuses(() => readAndApply(changed));
    }
  });

  it("is read and applied, or refused, when its values change", async () => {
    const random = seeded(42);
    let read = 0;
    for (let round = 0; round < fuzzRounds(300); round++) {
      const changed = Buffer.from(swapped(swapped(text, random), random));
      if (await readsOrRefuses(() => readAndApply(changed))) read++;
    }
    expect(read).toBeGreaterThan(0);
  });
});
