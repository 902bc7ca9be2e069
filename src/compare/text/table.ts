import { cellsOf } from "../../vuln/report/text/terminal.ts";
import { padded, wrapped } from "./wrap.ts";

/** A cell: its text, without control characters, and how its lines are painted. */
export interface Cell {
  readonly text: string;
  readonly paint: (line: string) => string;
}

/** A table of at most `width` columns: cells are wrapped as far as they have to be, and nothing is cut. */
export function tableText(
  head: readonly Cell[],
  { rows, width }: { readonly rows: readonly (readonly Cell[])[]; readonly width: number },
): string {
  const widths = columnWidths([head, ...rows], width);
  const rule = (left: string, middle: string, right: string) =>
    `${left}${widths.map((size) => "─".repeat(size + 2)).join(middle)}${right}\n`;
  const lines = (cells: readonly Cell[]) => rowLines(cells, widths);
  return [rule("┌", "┬", "┐"), lines(head), rule("├", "┼", "┤"), ...rows.map(lines), rule("└", "┴", "┘")].join("");
}

/** How many columns a table of this many cells a row needs for its borders. */
export function borderWidth(columns: number): number {
  return 3 * columns + 1;
}

function rowLines(cells: readonly Cell[], widths: readonly number[]): string {
  const columns = cells.map(({ text, paint }, at) => {
    const width = widths[at] ?? 1;
    const lines = text.split("\n").flatMap((line) => wrapped(line, { width }));
    return { width, lines: lines.map((line) => paint(line) + padded("", width - cellsOf(line))) };
  });
  const height = Math.max(...columns.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, at) => {
    const line = columns.map(({ width, lines }) => lines[at] ?? padded("", width));
    return `│ ${line.join(" │ ")} │\n`;
  }).join("");
}

/** The first column has what it needs, the others share the rest as far as they need it. */
function columnWidths(rows: readonly (readonly Cell[])[], width: number): readonly number[] {
  const needed = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => Math.max(...(row[at]?.text ?? "").split("\n").map(cellsOf)))),
  );
  const [first = 0, ...others] = needed;
  let room = width - borderWidth(needed.length) - first;
  const widths = others.map(() => 0);
  const narrowFirst = others.map((need, at) => ({ need, at })).toSorted((left, right) => left.need - right.need);
  for (const [index, { need, at }] of narrowFirst.entries()) {
    const share = Math.max(Math.floor(room / (others.length - index)), 1);
    widths[at] = Math.min(need, share);
    room -= widths[at] ?? 0;
  }
  return [first, ...widths];
}
