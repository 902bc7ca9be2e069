import { describe, expect, it } from "vitest";
import type { Sbom } from "../../../src/sbom/model.ts";
import { renderSbom } from "../../../src/sbom/write.ts";
import { example, exampleSbom, written } from "../example.ts";
import { cyclonedxProblems } from "../schema.ts";

function writeCyclonedx(sbom: Sbom, options: typeof written): string {
  return renderSbom(sbom, "cyclonedx", options);
}

const document = JSON.parse(writeCyclonedx(exampleSbom, written));

function componentOf(rest: Parameters<typeof example>[0]) {
  const { components } = JSON.parse(
    writeCyclonedx({ ...exampleSbom, distribution: null, packages: [example(rest)] }, written),
  );
  return components[0];
}

describe("CycloneDX 1.6", () => {
  it("is valid by the official schema of CycloneDX 1.6", () => {
    expect(cyclonedxProblems(document)).toEqual([]);
    expect(
      cyclonedxProblems({ ...document, components: [...document.components, document.components[0]] }),
    ).not.toEqual([]);
    expect(
      cyclonedxProblems(JSON.parse(writeCyclonedx({ ...exampleSbom, packages: [], distribution: null }, written))),
    ).toEqual([]);
  });

  it("is the same text for the same image", () => {
    expect(writeCyclonedx(exampleSbom, written)).toBe(writeCyclonedx(exampleSbom, written));
    expect(document.serialNumber).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(document.metadata.timestamp).toBe("2026-01-31T12:00:00.000Z");
  });

  it("has the image as its subject", () => {
    expect(document.metadata.component).toMatchObject({
      type: "container",
      name: "dhi-node",
      version: exampleSbom.image.digest,
      purl: `pkg:oci/dhi-node@${exampleSbom.image.digest}?arch=amd64&tag=24-debian13`,
    });
    expect(document.metadata.tools.components).toMatchObject([{ name: "hardpan", version: "0.1.0" }]);
  });

  it("has each package and the distribution once, under references that differ", () => {
    const references = document.components.map((item: { "bom-ref": string }) => item["bom-ref"]);
    expect(new Set(references).size).toBe(exampleSbom.packages.length + 1);
    const system = document.components.find((item: { type: string }) => item.type === "operating-system");
    expect(system).toMatchObject({ name: "debian", version: "13" });
    const purls = document.components.flatMap((item: { purl?: string }) => item.purl ?? []);
    expect(purls.sort()).toEqual(exampleSbom.packages.map((item) => item.purl).sort());
  });

  it.each([
    [["MIT"], [{ license: { id: "MIT" } }]],
    [["(MIT OR CC0-1.0)"], [{ expression: "MIT OR CC0-1.0" }]],
    [["MIT", "Apache-2.0"], [{ expression: "MIT AND Apache-2.0" }]],
    [["Apache 2.0"], [{ license: { name: "Apache 2.0" } }]],
    [
      ["MIT", "Apache 2.0"],
      [{ license: { id: "MIT" } }, { license: { name: "Apache 2.0" } }],
    ],
    [["LicenseRef-public-domain"], [{ license: { name: "LicenseRef-public-domain" } }]],
  ])("writes the licences %j as one expression or a list", (licenses, expected) => {
    expect(componentOf({ licenses }).licenses).toEqual(expected);
  });

  it("splits a scoped npm name into group and name", () => {
    expect(componentOf({ name: "@types/node", purl: "pkg:npm/%40types/node@1.0.0" })).toMatchObject({
      group: "@types",
      name: "node",
    });
  });

  it("says where a package is, where it came from and what is to be noted", () => {
    const { properties, evidence } = componentOf({
      locations: ["x", "y"],
      layer: "sha256:1",
      comments: ["not compared"],
      source: { name: "s", version: "2" },
    });
    const pairs = properties.map(({ name, value }: { name: string; value: string }) => `${name}=${value}`);
    expect(pairs.sort()).toEqual([
      "hardpan:comment=not compared",
      "hardpan:layer=sha256:1",
      "hardpan:source:name=s",
      "hardpan:source:version=2",
      "hardpan:type=npm",
    ]);
    expect(evidence.occurrences).toEqual([{ location: "x" }, { location: "y" }]);
  });
});
