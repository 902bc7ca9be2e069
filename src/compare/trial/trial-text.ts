import { headline } from "../headline.ts";
import { trialNotes } from "../notes.ts";
import { figuresText, type TerminalOptions } from "../text/overview-text.ts";
import type { TrialReport } from "./trial-report.ts";

/** The report of a trial for a terminal: the gain, the figures, what to do with the Dockerfile, where the rest is. */
export function renderTrialText(report: TrialReport, options: TerminalOptions): string {
  const { service, compare, dockerfile, hardened, files } = report;
  const notes = [...trialNotes(report), ...unpatchedNotes(report)];
  return [
    `${service}: ${dockerfile.base} → ${hardened.reference}\n${headline(compare)}\n`,
    figuresText(compare, options),
    notes.map((note) => `note: ${note}\n`).join(""),
    migrationText(report),
    `Written:\n${files.map(({ path, description }) => `  ${path}  ${description}\n`).join("")}`,
  ].join("\n");
}

function migrationText({ migration, dockerfile }: TrialReport): string {
  if (migration.kind === "refused") {
    const lines = migration.reasons.map(
      ({ line, instruction, reason }) => `  line ${line}: ${instruction}\n    ${reason}\n`,
    );
    return `Changing FROM alone is not enough for ${dockerfile.path}:\n${lines.join("")}`;
  }
  const edits = migration.edits.map(({ line, from, to }) => `  line ${line}: ${from} → ${to}\n`);
  const checks = migration.checks.map(({ line, text }) => `  to check, line ${line}: ${text}\n`);
  return `The base of ${dockerfile.path} can be swapped:\n${edits.join("")}${checks.join("")}`;
}

function unpatchedNotes({ unpatched }: TrialReport): readonly string[] {
  if (unpatched === null) return [];
  const { packages, vulnerabilities, fixable } = unpatched;
  return [
    `unpatched, ${unpatched.notes.join("; ")}: ${packages} packages, ${vulnerabilities} vulnerabilities, ${fixable} fixable`,
  ];
}
