import { codeMarkdown, escapeMarkdown, tableMarkdown } from "../../vuln/report/markdown-text.ts";
import { megabytes } from "../figures.ts";
import { headline } from "../headline.ts";
import { changeTables } from "../markdown/changes-markdown.ts";
import { foldedTables } from "../markdown/fit.ts";
import { figuresMarkdown } from "../markdown/overview-markdown.ts";
import { advisoriesMarkdown } from "../markdown/render-markdown.ts";
import { trialNotes } from "../notes.ts";
import type { TrialReport } from "./trial-report.ts";

/** The report of a trial as markdown. */
export function renderReportMarkdown(report: TrialReport): string {
  const { service, created, compare, dockerfile, hardened } = report;
  const parts = [
    `# ${escapeMarkdown(service)}: ${codeMarkdown(dockerfile.base)} → ${codeMarkdown(hardened.reference)}\n`,
    `**${escapeMarkdown(headline(compare))}**\n`,
    figuresMarkdown(compare),
    unpatched(report),
    trialNotes(report)
      .map((note) => `- ${escapeMarkdown(note)}\n`)
      .join(""),
    `## Dockerfile\n\n${migration(report)}`,
    `## What changed\n\n${foldedTables(changeTables(compare), Number.POSITIVE_INFINITY)}`,
    `## Sources\n\n${advisoriesMarkdown(compare) || "No source of advisories was at hand.\n"}`,
    `## Files\n\n${report.files.map(({ path, description }) => `- ${codeMarkdown(path)}: ${escapeMarkdown(description)}\n`).join("")}`,
    `Hardened image: ${codeMarkdown(hardened.digest)}, ${escapeMarkdown(hardened.platform)}. Created ${escapeMarkdown(created)}.\n`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function migration({ migration: result, dockerfile }: TrialReport): string {
  if (result.kind === "refused") {
    const rows = result.reasons.map(({ line, instruction, reason }) => [
      String(line),
      codeMarkdown(instruction),
      escapeMarkdown(reason),
    ]);
    const intro = `Changing FROM alone is not enough for ${codeMarkdown(dockerfile.path)}; these lines keep it from working:\n\n`;
    return intro + tableMarkdown(["Line", "Instruction", "Why"], { rows });
  }
  const edits = result.edits
    .map(({ line, from, to }) => `- line ${line}: ${codeMarkdown(from)} → ${codeMarkdown(to)}\n`)
    .join("");
  const checks = result.checks.map(({ line, text }) => `- to check, line ${line}: ${escapeMarkdown(text)}\n`).join("");
  return `The migrated Dockerfile is ${codeMarkdown(result.file)}.\n\n${edits}${checks}`;
}

function unpatched({ unpatched: figures }: TrialReport): string {
  if (figures === null) return "";
  const { reference, packages, size, vulnerabilities, fixable, notes } = figures;
  const row = [
    codeMarkdown(reference),
    String(vulnerabilities),
    String(fixable),
    String(packages),
    megabytes(size.compressed),
  ];
  const head = ["Not in the figures above", "Vulnerabilities", "fixable", "Packages", "Size, compressed"];
  return (
    tableMarkdown(head, { rows: [row], right: [1, 2, 3, 4] }) +
    notes.map((note) => `\n${escapeMarkdown(note)}\n`).join("")
  );
}
