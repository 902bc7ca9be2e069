import { compareDebianVersions } from "../../../debian/version.ts";
import type { DebianRow } from "../../index/schema.ts";
import type { Context, Line } from "./line.ts";

/**
 * `affected`: there is a fix, and the installed version is older. `unfixed`: affected, and the release has no fix.
 * `settled`: this version is not affected. `undetermined`: the distribution does not know yet.
 */
export type Judgement = "affected" | "unfixed" | "settled" | "undetermined";

/** What a line of rows means for the installed version. */
export function judge(line: Line, context: Context): Judgement {
  const verdicts = line.rows.map((row) => judgeRow(row, context.source.version));
  if (line.kind === "sid") {
    if (!verdicts.includes("affected")) return "undetermined";
    const fix = highestFix(line.rows);
    return context.released !== null && fix !== null && isReleased(fix, context.released) ? "affected" : "unfixed";
  }
  if (verdicts.includes("unfixed")) return "unfixed";
  if (!verdicts.includes("affected")) return verdicts.includes("settled") ? "settled" : "undetermined";
  const fix = highestFix(line.rows);
  const released = releasedVersion(line, context);
  return fix === null || released === null || isReleased(fix, released) ? "affected" : "unfixed";
}

/** What one row means for the installed version of the source package. */
export function judgeRow(row: DebianRow, installed: string): Judgement {
  if (row.state === "undetermined") return "undetermined";
  if (row.state === "not-affected") return "settled";
  if (row.introduced !== null && compareDebianVersions(installed, row.introduced) < 0) return "settled";
  if (row.state === "open" || row.fixed === null) return "unfixed";
  return compareDebianVersions(installed, row.fixed) < 0 ? "affected" : "settled";
}

/** Several announcements may mend one vulnerability step by step; only the last version has it all. */
export function highestFix(rows: readonly DebianRow[]): string | null {
  return highest(rows, "fixed");
}

/** The newest version that the release has, as the archive or else the base says; null when neither does. */
export function releasedVersion(line: Line, context: Context): string | null {
  return context.released ?? (line.kind === "base" ? highest(line.rows, "released") : null);
}

function highest(rows: readonly DebianRow[], column: "fixed" | "released"): string | null {
  let known: string | null = null;
  for (const row of rows) {
    const version = row[column];
    if (version !== null && (known === null || compareDebianVersions(version, known) >= 0)) known = version;
  }
  return known;
}

function isReleased(fix: string, released: string): boolean {
  return compareDebianVersions(fix, released) <= 0;
}
