import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SbomFormat, sbomFormatNamed, sbomFormats } from "../../src/sbom/formats.ts";
import type { Sbom } from "../../src/sbom/model.ts";
import { renderSbom, sbomChunks } from "../../src/sbom/write.ts";
import { bills } from "./bills.ts";
import { exampleSbom, richSbom, written } from "./example.ts";
import { inCyclonedx, inSpdx, inSpdx3, inSyft, type Named } from "./references.ts";
import { cyclonedxProblems, ourProblems, spdx3Problems, spdxProblems } from "./schema.ts";

interface Judged {
  readonly problems: (document: unknown) => readonly unknown[];
  readonly named: ((document: Record<string, unknown>) => Named) | null;
}

const judges: ReadonlyMap<SbomFormat, Judged> = new Map<SbomFormat, Judged>([
  ["spdx", { problems: spdxProblems, named: inSpdx }],
  ["spdx-3", { problems: spdx3Problems, named: inSpdx3 }],
  ["cyclonedx", { problems: (document) => cyclonedxProblems(document, "1.6"), named: inCyclonedx }],
  ["cyclonedx-1.7", { problems: (document) => cyclonedxProblems(document, "1.7"), named: inCyclonedx }],
  ["syft-json", { problems: () => [], named: inSyft }],
  ["json", { problems: (document) => ourProblems(document, "sbom.schema.json"), named: null }],
]);

function document(sbom: Sbom, format: SbomFormat) {
  return JSON.parse(renderSbom(sbom, format, written));
}

/** Only our own schema insists on package URLs. */
function withUrls(sbom: Sbom): Sbom {
  const url = <Item extends { readonly purl: string }>(item: Item) => ({ ...item, purl: `pkg:generic/${item.purl}` });
  return { ...sbom, packages: sbom.packages.map(url), removed: sbom.removed.map(url) };
}

describe.each([...judges])("a bill in %s", (format, { problems, named }) => {
  it("is valid by the schema of the format", () => {
    const nothing = {
      ...exampleSbom,
      packages: [],
      distribution: null,
      image: { reference: "fs:///srv", digest: null, platform: null },
    };
    for (const sbom of [exampleSbom, richSbom, nothing]) expect(problems(document(sbom, format))).toEqual([]);
  });

  it("is valid, and has each name once and every reference leading to one, whatever is in it", () => {
    const given = format === "json" ? bills.map(withUrls) : bills;
    fc.assert(
      fc.property(given, (sbom) => {
        const made = document(sbom, format);
        expect(problems(made)).toEqual([]);
        if (named === null) return;
        const { names, references } = named(made);
        expect(new Set(names).size).toBe(names.length);
        expect(references.filter((reference) => !names.includes(reference))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("is the same text for the same bill, whoever made its objects", () => {
    const turned = {
      ...richSbom,
      packages: richSbom.packages.map((item) => Object.fromEntries(Object.entries(item).reverse())),
    };
    const again: Sbom = structuredClone(JSON.parse(JSON.stringify(turned)));
    expect(renderSbom(again, format, written)).toBe(renderSbom(richSbom, format, written));
  });

  it("copes with packages of one URL, which a bill should not have", () => {
    const [first] = richSbom.packages;
    const packages = first === undefined ? [] : Array.from({ length: 5 }, () => first);
    const made = document({ ...richSbom, packages }, format);
    expect(problems(made)).toEqual([]);
    const { names } = named === null ? { names: [] } : named(made);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("renderSbom", () => {
  it("knows the forms by the names that syft, Scout and Trivy have for them", () => {
    const same = [
      ["spdx", "spdx-json", "spdx-json@2.3"],
      ["spdx-3", "spdx-json@3.0"],
      ["cyclonedx", "cyclonedx-json", "cyclonedx-json@1.6"],
      ["cyclonedx-1.7", "cyclonedx-json@1.7"],
    ];
    for (const names of same) {
      const texts = names.map((name) => renderSbom(richSbom, sbomFormatNamed(name) ?? "list", written));
      expect(new Set(texts).size, names.join()).toBe(1);
    }
    expect(new Set(sbomFormats).size).toBe(sbomFormats.length);
    expect(sbomFormatNamed("xml")).toBeNull();
  });

  it("is what the chunks are together", () => {
    for (const format of sbomFormats) {
      expect([...sbomChunks(richSbom, format, written)].join("")).toBe(renderSbom(richSbom, format, written));
    }
  });

  it("lists name, version and type in columns", () => {
    const lines = renderSbom(richSbom, "list", written).split("\n");
    expect(lines[0]).toMatch(/^Name +Version +Type$/);
    expect(lines[1]).toMatch(/^libc6 +2\.41-12\+b1 +deb$/);
    expect(lines).toHaveLength(richSbom.packages.length + 2);
  });
});
