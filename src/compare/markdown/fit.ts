import { foldedMarkdown, tableMarkdown } from "../../vuln/report/markdown-text.ts";

/** Characters of a comparison in a comment: of the 65,536 that GitHub takes some are left for what stands around it. */
export const commentLimit = 65_000;

/** A table that a reader opens. Cells are markdown already. */
export interface FoldedTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The tables within `room` characters in all: each has its share, and what one does not need the others have. Of a table that
 * is longer the first rows are shown, and the others counted. Where the room is not even enough for that, tables are missing.
 */
export function foldedTables(tables: readonly FoldedTable[], room: number): string {
  const filled = tables
    .filter(({ rows }) => rows.length > 0)
    .map((table) => ({ table, size: folded(table, table.rows.length).length }));
  const shown = new Map<FoldedTable, string>();
  let left = room;
  const smallestFirst = filled.toSorted((one, other) => one.size - other.size);
  for (const [index, { table, size }] of smallestFirst.entries()) {
    const share = Math.floor(left / (smallestFirst.length - index));
    const text = size <= share ? folded(table, table.rows.length) : shortenedTable(table, share);
    shown.set(table, text);
    left -= text.length;
  }
  return filled.map(({ table }) => shown.get(table) ?? "").join("");
}

function shortenedTable(table: FoldedTable, share: number): string {
  let room = share - folded(table, 0).length;
  if (room < 0) return "";
  const first = table.rows.findIndex((row) => {
    room -= rowSize(row);
    return room < 0;
  });
  return folded(table, first === -1 ? table.rows.length : first);
}

/** The table with its first `count` rows. */
function folded({ title, head, rows }: FoldedTable, count: number): string {
  const hidden = rows.length - count;
  const more = hidden === 0 ? "" : `\n… and ${hidden} more; \`--format json\` lists all.\n`;
  return `${foldedMarkdown(`${title} (${rows.length})`, `${tableMarkdown(head, { rows: rows.slice(0, count) })}${more}`)}\n`;
}

/** What `tableMarkdown` makes of a row: borders and blanks, and a line feed. */
function rowSize(row: readonly string[]): number {
  return row.reduce((sum, cell) => sum + cell.length + 3, 2);
}
