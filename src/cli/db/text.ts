import type { ImportedFile } from "../../vuln/import.ts";
import type { AdvisorySource } from "../../vuln/model.ts";
import { knowsText } from "../../vuln/report/words.ts";

/** What became of each file, a line each. */
export function fileLines(files: readonly ImportedFile[]): string {
  const lines = files.flatMap((file) =>
    file.outcome === "imported"
      ? [
          `imported ${file.file}: ${file.records} records, ${file.format}`,
          ...file.notes.map((note) => `         ${note}`),
        ]
      : [`skipped  ${file.file}: ${file.reason}`],
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** An index and its size in bytes, on a line. */
export function indexLine(index: string, size: number): string {
  return `${index}: ${(size / 1e6).toFixed(1)} MB\n`;
}

/** Sources with their dates, and their age in days where that is told, a line each. */
export function sourceLines(sources: readonly (AdvisorySource & { readonly ageDays?: number | null })[]): string {
  const lines = sources.map(({ source, asOf, records, knowsUnfixed, ageDays }) => {
    const age = ageDays == null ? "" : ` (${ageDays === 1 ? "1 day" : `${ageDays} days`} old)`;
    return `  ${source}: ${records} records as of ${asOf.slice(0, 10)}${age}${knowsUnfixed ? "" : `, ${knowsText({ source, knowsUnfixed })}`}\n`;
  });
  return lines.join("");
}
