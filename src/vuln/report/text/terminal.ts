import { printable } from "../../../sbom/list.ts";
import type { Severity } from "../../model.ts";

/** What text is fitted to. */
export interface Terminal {
  /** Cells in a line; less than 60 counts as 60. */
  readonly columns: number;
  readonly color: boolean;
}

/** How a piece of text looks where there is colour. */
export type Style = Severity | "strong" | "soft" | "alarm";

/** Text that may be broken at its spaces; control characters are shown as `?`. */
export interface Piece {
  readonly text: string;
  readonly style?: Style;
  /** Cells that its last word takes at least, filled with spaces. */
  readonly pad?: number;
}

const codes: Readonly<Record<Style, readonly [start: number, end: number]>> = {
  critical: [35, 39],
  high: [31, 39],
  medium: [33, 39],
  low: [36, 39],
  negligible: [2, 22],
  unspecified: [2, 22],
  strong: [1, 22],
  soft: [2, 22],
  alarm: [31, 39],
};

/** The columns there are to fill. */
export function columnsOf({ columns }: Terminal): number {
  return Math.max(60, Math.floor(Number.isFinite(columns) ? columns : 60));
}

/**
 * Lines of at most `columns` cells, each ended by a line feed: the pieces one after another with a space between, after
 * `indent` cells; later lines after `hang` cells. A word that no line has room for is broken, so that nothing of it is lost.
 */
export function paragraph(
  pieces: readonly (Piece | string)[],
  { indent, hang = indent, terminal }: { readonly indent: number; readonly hang?: number; readonly terminal: Terminal },
): string {
  const columns = columnsOf(terminal);
  let lines = "";
  let line = " ".repeat(indent);
  let used = indent;
  let gap = 0;
  const endLine = () => {
    lines += `${line}\n`;
    line = " ".repeat(hang);
    used = hang;
    gap = 0;
  };
  for (const piece of pieces) {
    const { text, style, pad = 0 } = typeof piece === "string" ? { text: piece } : piece;
    let padded = 0;
    for (const word of printable(text).split(" ")) {
      if (word === "") continue;
      const cells = cellsOf(word);
      const isBroken = cells > columns - hang && used + gap < columns;
      if (gap > 0 && used + gap + cells > columns && !isBroken) endLine();
      line += " ".repeat(gap);
      used += gap;
      padded = used + pad;
      for (const [index, part] of brokenWord(word, { first: columns - used, rest: columns - hang }).entries()) {
        if (index > 0) endLine();
        line += painted(part, style, terminal);
        used += cellsOf(part);
      }
      gap = 1;
    }
    if (padded > used) gap = padded - used + 1;
  }
  return `${lines}${line}\n`;
}

/** `text` as it is shown, in its style where there is colour. */
export function painted(text: string, style: Style | undefined, { color }: Terminal): string {
  if (!color || style === undefined) return text;
  const [start, end] = codes[style];
  return `\u001b[${start}m${text}\u001b[${end}m`;
}

function brokenWord(word: string, { first, rest }: { first: number; rest: number }): readonly string[] {
  if (cellsOf(word) <= first) return [word];
  const parts: string[] = [];
  let part = "";
  let room = first;
  for (const character of word) {
    const cells = cellsOf(character);
    if (cells > room && part !== "") {
      parts.push(part);
      part = "";
      room = rest;
    }
    part += character;
    room -= cells;
  }
  return [...parts, part];
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many cells of a line `text` takes: two for wide characters (Unicode UAX #11), none for marks on others. */
export function cellsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return cells;
}

/** A column of a table: its head, whether numbers stand in it, and whether its cells may be broken over lines. */
export interface Column {
  readonly head: string;
  readonly right?: boolean;
  readonly breaks?: boolean;
}

/** A table without rules: columns that may be broken share what the others leave, so that every line fits. */
export function table(
  columns: readonly Column[],
  { rows, terminal }: { readonly rows: readonly (readonly Piece[])[]; readonly terminal: Terminal },
): string {
  const head = columns.map((column): Piece => ({ text: column.head, style: "strong" }));
  const shown = [head, ...rows].map((row) => row.map((piece) => ({ ...piece, text: printable(piece.text) })));
  const widths = columns.map(() => 1);
  for (const row of shown)
    for (const [at, { text }] of row.entries()) widths[at] = Math.max(widths[at] ?? 1, cellsOf(text));
  narrow(widths, { columns, room: columnsOf(terminal) - 2 * (columns.length - 1) });
  return shown.map((row) => rowText(row, { columns, widths, terminal })).join("");
}

/** Narrows the widest column that may be broken until all fit. */
function narrow(
  widths: number[],
  { columns, room }: { readonly columns: readonly Column[]; readonly room: number },
): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const breaking = widths.map((width, at) => (columns[at]?.breaks === true ? width : 0));
    const widest = Math.max(...breaking);
    if (widest <= 8) return;
    const next = Math.max(8, ...breaking.filter((width) => width < widest));
    const at = breaking.indexOf(widest);
    const cut = Math.min(excess, Math.max(1, widest - next));
    widths[at] = widest - cut;
    excess -= cut;
  }
}

function rowText(
  row: readonly Piece[],
  {
    columns,
    widths,
    terminal,
  }: { readonly columns: readonly Column[]; readonly widths: readonly number[]; readonly terminal: Terminal },
): string {
  const cells = row.map(({ text }, at) => brokenWord(text, { first: widths[at] ?? 1, rest: widths[at] ?? 1 }));
  const height = cells.reduce((most, parts) => Math.max(most, parts.length), 1);
  let lines = "";
  for (let index = 0; index < height; index++) {
    let line = "";
    let due = 0;
    for (const [at, parts] of cells.entries()) {
      const part = parts[index] ?? "";
      const space = (widths[at] ?? 1) - cellsOf(part);
      const before = columns[at]?.right === true ? space : 0;
      if (part !== "") line += " ".repeat(due + before) + painted(part, row[at]?.style, terminal);
      due = part === "" ? due + (widths[at] ?? 1) + 2 : space - before + 2;
    }
    lines += `${line}\n`;
  }
  return lines;
}
