import type { TrialReport } from "./trial-report.ts";

/** The report as data: docs/schema/trial.schema.json. */
export function trialJson(report: TrialReport): { readonly schema: "hardpan/trial/1" } & TrialReport {
  return { schema: "hardpan/trial/1", ...report };
}

/** The same as report.json has it. */
export function renderReportJson(report: TrialReport): string {
  return `${JSON.stringify(trialJson(report), null, 2)}\n`;
}
