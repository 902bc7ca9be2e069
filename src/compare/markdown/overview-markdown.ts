import { codeMarkdown, escapeMarkdown, tableMarkdown } from "../../vuln/report/markdown-text.ts";
import type { Comparison, Comparisons } from "../comparison.ts";
import { changeBehind, shortened } from "../figures.ts";
import { identityRows, type Overview, type OverviewRow, overviewOf, overviewRows } from "../overview.ts";

/** The longest value of a cell, and how much of a comment an overview may take, in characters. */
const [cellLimit, tableLimit] = [200, 24_000];

/** The figures of an overview alone, headed with both references. */
export function figuresMarkdown(comparison: Comparison): string {
  const overview = overviewOf([comparison]);
  return overviewTable(overview, overviewRows(overview));
}

/** The overview with what says which images these are, baseline first. Rows that would make it too long are left out. */
export function overviewMarkdown(comparisons: Comparisons): string {
  const overview = overviewOf(comparisons);
  return overviewTable(overview, [...identityRows(overview), ...overviewRows(overview)]);
}

/** A reference as code, no longer than a cell. */
export function referenceMarkdown(reference: string): string {
  return codeMarkdown(shortened(reference, cellLimit));
}

function overviewTable({ baseline, analysed }: Overview, rows: readonly OverviewRow[]): string {
  const isSingle = analysed.length === 1;
  const names = [baseline, ...analysed].map(({ reference }) => referenceMarkdown(reference));
  const head = isSingle ? ["", `before: ${names[0]}`, `after: ${names[1]}`, "change"] : ["", ...names];
  const cells = rows.map((row) => (isSingle ? singleCells(row) : manyCells(row)));
  let room = tableLimit;
  const fitting = cells.filter((row) => {
    room -= row.join(" | ").length + 5;
    return room >= 0;
  });
  return tableMarkdown(head, { rows: fitting, right: head.map((_, column) => column).slice(1) });
}

function singleCells({ after, ...row }: OverviewRow): readonly string[] {
  const [{ value, change } = { value: "", change: "" }] = after;
  return [labelMarkdown(row), cellMarkdown(row.before), cellMarkdown(value), escapeMarkdown(change)];
}

function manyCells({ after, ...row }: OverviewRow): readonly string[] {
  const cells = after.map(({ value, change }) => {
    return cellMarkdown(value) + escapeMarkdown(changeBehind(change));
  });
  return [labelMarkdown(row), cellMarkdown(row.before), ...cells];
}

function labelMarkdown({ label, part }: Pick<OverviewRow, "label" | "part">): string {
  return part ? `&nbsp;&nbsp;${escapeMarkdown(label)}` : `**${escapeMarkdown(label)}**`;
}

function cellMarkdown(text: string): string {
  return escapeMarkdown(shortened(text, cellLimit));
}
