import type { TrialReport } from "./trial-report.ts";

/** The report as report.json has it: docs/schema/trial.schema.json. */
export function renderReportJson(report: TrialReport): string {
  return `${JSON.stringify({ schema: "hardpan/trial/1", ...report }, null, 2)}\n`;
}
