import { expect } from "vitest";
import type { SbomFormat } from "../../src/sbom/formats.ts";
import type { Sbom } from "../../src/sbom/model.ts";
import { readSbom } from "../../src/sbom/read.ts";
import { renderSbom } from "../../src/sbom/write.ts";
import { written } from "./example.ts";
import { cyclonedxProblems, spdx3Problems, spdxProblems } from "./schema.ts";

/** Every kind of document that is written and read. */
export const documentFormats: readonly SbomFormat[] = [
  "json",
  "spdx",
  "spdx-3",
  "cyclonedx",
  "cyclonedx-1.7",
  "syft-json",
];

/** The bill that is read of the document written of `sbom`. */
export function throughFormat(sbom: Sbom, format: SbomFormat): Sbom {
  return readSbom(renderSbom(sbom, format, written), "bill").sbom;
}

/** What every format keeps: all of a bill but the paths of files without owner, of which documents say the number only. */
export function kept(sbom: Sbom): Sbom {
  return { ...sbom, unowned: { ...sbom.unowned, paths: [] } };
}

/**
 * Fails where a document of `sbom` is not valid by its official schema, or where any format loses a part of it. As each
 * format gives back exactly what it was given, so does every conversion of one into another.
 */
export function expectValidDocuments(sbom: Sbom): void {
  for (const [format, problems] of schemas) {
    expect(problems(JSON.parse(renderSbom(sbom, format, written))), format).toEqual([]);
  }
  for (const format of documentFormats) expect(throughFormat(kept(sbom), format), format).toEqual(kept(sbom));
}

const schemas: readonly (readonly [SbomFormat, (document: unknown) => readonly unknown[]])[] = [
  ["spdx", spdxProblems],
  ["spdx-3", spdx3Problems],
  ["cyclonedx", (document) => cyclonedxProblems(document, "1.6")],
  ["cyclonedx-1.7", (document) => cyclonedxProblems(document, "1.7")],
];
