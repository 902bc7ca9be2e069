import { writeCyclonedx } from "../sbom/cyclonedx.ts";
import { sbomReport } from "../sbom/json.ts";
import { sbomColumns, sbomRows } from "../sbom/list.ts";
import { writeSpdx } from "../sbom/spdx.ts";
import type { Scanned } from "./scan.ts";

/** The forms a bill of materials is written in. */
export const sbomFormats = ["list", "json", "spdx", "cyclonedx"] as const;

/** One of the forms. */
export type SbomFormat = (typeof sbomFormats)[number];

/** A scanned image's bill of materials as text. The document's time is the image's own, so that the same image gives the same bytes. */
export function renderSbom({ sbom, created }: Scanned, format: SbomFormat, toolVersion: string): string {
  const options = { created: created ?? "1970-01-01T00:00:00Z", toolVersion };
  switch (format) {
    case "spdx":
      return writeSpdx(sbom, options);
    case "cyclonedx":
      return writeCyclonedx(sbom, options);
    case "json":
      return `${JSON.stringify(sbomReport(sbom), null, 2)}\n`;
    case "list":
      return listText(sbomRows(sbom).map(({ name, version, type }) => [name, version, type]));
  }
}

function listText(rows: readonly (readonly string[])[]): string {
  const table = [sbomColumns, ...rows];
  const widths = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}
