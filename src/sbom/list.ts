import type { Sbom } from "./model.ts";

/** One line of the list of packages. */
export interface SbomRow {
  readonly name: string;
  readonly version: string;
  readonly type: string;
}

/** The columns of the list, in their order. */
export const sbomColumns = ["Name", "Version", "Type"] as const;

/** The packages of `sbom` as rows of a table, in the order it has them. */
export function sbomRows(sbom: Sbom): readonly SbomRow[] {
  return sbom.packages.map(({ name, version, type }) => ({ name, version, type }));
}

/** The table of packages as text, line by line; control characters of names are shown as `?`. */
export function* listLines(sbom: Sbom): Generator<string> {
  const rows = sbomRows(sbom).map(({ name, version, type }) => [name, version, type].map(printable));
  const widths = sbomColumns.map((column) => column.length);
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  yield lineOf(sbomColumns, widths);
  for (const row of rows) yield lineOf(row, widths);
}

/** `text` without characters that a terminal acts upon. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, at) => cell.padEnd(widths[at] ?? 0));
  return `${cells.join("  ").trimEnd()}\n`;
}
