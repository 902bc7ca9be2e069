import { severities } from "../../vuln/model.ts";
import { codeMarkdown, escapeMarkdown, tableMarkdown } from "../../vuln/report/markdown-text.ts";
import { escapeHtml } from "../../vuln/report/page/html.ts";
import { knowsText } from "../../vuln/report/words.ts";
import type { Comparison, Comparisons } from "../comparison.ts";
import { severityChangeText, shortened } from "../figures.ts";
import { headline } from "../headline.ts";
import { marksText } from "../mark.ts";
import { allReadingNotes } from "../notes.ts";
import { packageRows } from "../package-rows.ts";
import { changeTables } from "./changes-markdown.ts";
import { commentLimit, type FoldedTable, foldedTables } from "./fit.ts";
import { overviewMarkdown, referenceMarkdown } from "./overview-markdown.ts";

/** How to write comparisons as markdown. */
export interface MarkdownOptions {
  /** As in the text form. */
  readonly turned: boolean;
  /** Whether to leave out the changes one by one. */
  readonly summary: boolean;
}

/**
 * Comparisons with one baseline as a comment on a pull request: before → after, the gain, the totals, and all changes
 * folded, within `commentLimit` characters.
 */
export function renderMarkdown(comparisons: Comparisons, { turned, summary }: MarkdownOptions): string {
  const head = [
    `## ${referenceMarkdown(comparisons[0].baseline.reference)} → ${comparisons.map(({ analysed }) => referenceMarkdown(analysed.reference)).join(", ")}\n`,
    turned ? "The image after `--to` is the hardened one; it is shown as after.\n" : "",
    comparisons.map((comparison) => gainMarkdown(comparison, comparisons.length === 1)).join("\n"),
    overviewMarkdown(comparisons),
    notesMarkdown(allReadingNotes(comparisons)),
  ].filter((part) => part !== "");
  const sources = [sourceTable(comparisons)];
  const tables = summary ? sources : [...comparisons.flatMap((one) => tablesOf(one, comparisons.length)), ...sources];
  const beginning = `${head.join("\n")}\n`;
  return `${beginning}${foldedTables(tables, commentLimit - beginning.length)}`;
}

/** What to know to read the figures right; backticks mark code. */
export function notesMarkdown(notes: readonly string[]): string {
  return notes.map((note) => `- ${withCode(shortened(note, 1000))}\n`).join("");
}

function withCode(text: string): string {
  return text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? codeMarkdown(part) : escapeMarkdown(part)))
    .join("");
}

function gainMarkdown(comparison: Comparison, isSingle: boolean): string {
  const { baseline, analysed, changes } = comparison;
  const bySeverity = severities.map((severity) => {
    return { severity, difference: analysed.vulnerabilities[severity] - baseline.vulnerabilities[severity] };
  });
  const { added, removed, unchanged } = changes.vulnerabilities;
  const marks = marksText([...removed.map(() => "-" as const), ...added.map(() => "+" as const)]);
  const packages = marksText(packageRows(changes.packages).map(({ mark }) => mark));
  const name = isSingle ? "" : `${referenceMarkdown(analysed.reference)}: `;
  return [
    `${name}**${escapeMarkdown(headline(comparison))}**\n`,
    `Vulnerabilities: ${marks || "none came or went"} (${severityChangeText(bySeverity)})${unchanged.length > 0 ? `, ${unchanged.length} stay` : ""}.`,
    `Packages: ${packages || "none came or went"}.\n`,
  ].join("\n");
}

function tablesOf(comparison: Comparison, count: number): readonly FoldedTable[] {
  const tables = changeTables(comparison);
  if (count === 1) return tables;
  const name = escapeHtml(shortened(comparison.analysed.reference, 100).replace(/\s+/g, " "));
  return tables.map((table) => ({ ...table, title: `${name}: ${table.title}` }));
}

/** The sources the findings rest on. */
function sourceTable(comparisons: Comparisons): FoldedTable {
  return {
    title: `Advisories, policy ${escapeMarkdown(comparisons[0].policy)}`,
    head: ["Source", "As of", "Records", "Knows"],
    rows: sourceRows(comparisons),
  };
}

/** The sources the findings of one comparison rest on, as a table that is not folded; empty without sources. */
export function advisoriesMarkdown(comparison: Comparison): string {
  const rows = sourceRows([comparison]);
  return rows.length === 0 ? "" : tableMarkdown(["Advisories", "As of", "Records", "Knows"], { rows, right: [2] });
}

function sourceRows(comparisons: readonly Comparison[]): readonly (readonly string[])[] {
  const sources = comparisons.flatMap(({ advisories }) => advisories);
  const bySource = new Map(sources.map((source) => [`${source.source}\n${source.asOf}`, source]));
  return [...bySource.values()].map(({ source, asOf, records, knowsUnfixed }) => [
    escapeMarkdown(source),
    escapeMarkdown(asOf),
    String(records),
    escapeMarkdown(knowsText({ source, knowsUnfixed })),
  ]);
}
