import { printable } from "../../sbom/list.ts";
import type { Comparison, Comparisons } from "../comparison.ts";
import { changeBehind, shortened } from "../figures.ts";
import { identityRows, type Overview, type OverviewRow, overviewOf, overviewRows } from "../overview.ts";
import { type Paint, painter } from "./paint.ts";
import { borderWidth, type Cell, tableText } from "./table.ts";

/** How wide a terminal is, and whether it has colours. */
export interface TerminalOptions {
  readonly width: number;
  readonly colour: boolean;
}

/** The longest value in a cell, in characters. */
const cellLimit = 1000;
/** What the column of an image needs to be read, and a column of labels takes. */
const [imageWidth, labelWidth] = [20, 18];

/** The figures of an overview alone, without what says which images these are. */
export function figuresText(comparison: Comparison, options: TerminalOptions): string {
  return tables(overviewOf([comparison]), overviewRows, options);
}

/** The overview in one table, or, where the images do not fit beside one another, in several; the baseline stands in each. */
export function overviewText(comparisons: Comparisons, options: TerminalOptions): string {
  return tables(overviewOf(comparisons), (overview) => [...identityRows(overview), ...overviewRows(overview)], options);
}

function tables(
  { baseline, analysed }: Overview,
  rowsOf: (overview: Overview) => readonly OverviewRow[],
  { width, colour }: TerminalOptions,
): string {
  const paint = painter(colour);
  const room = width - labelWidth - borderWidth(2) - imageWidth;
  const beside = Math.max(Math.floor(room / (imageWidth + 3)), 1);
  const rows = rowsOf({ baseline, analysed });
  const names = analysed.length === 1 ? ["before\n", "after\n"] : ["", ""];
  const parts: string[] = [];
  for (let at = 0; at < analysed.length; at += beside) {
    const shown = analysed.slice(at, at + beside);
    const head = ["", `${names[0]}${cellText(baseline.reference)}`].concat(
      shown.map(({ reference }) => `${names[1]}${cellText(reference)}`),
    );
    parts.push(
      tableText(
        head.map((text) => ({ text, paint: paint.bold })),
        { rows: rows.map((row) => rowCells({ ...row, after: row.after.slice(at, at + beside) }, paint)), width },
      ),
    );
  }
  return parts.join("");
}

function rowCells({ label, part, before, after }: OverviewRow, paint: Paint): readonly Cell[] {
  return [
    { text: part ? `· ${printable(label)}` : printable(label), paint: part ? paint.plain : paint.bold },
    { text: cellText(before), paint: paint.plain },
    ...after.map(({ value, change }) => ({
      text: cellText(value) + changeBehind(change),
      paint: changePaint(change, paint),
    })),
  ];
}

/** Less is better in every row; what is less in one part and more in another is neither. */
function changePaint(change: string, paint: Paint): Paint["plain"] {
  const [isLess, isMore] = [change.includes("−"), change.includes("+")];
  if (isLess === isMore) return paint.plain;
  return isLess ? paint.good : paint.bad;
}

function cellText(text: string): string {
  return printable(shortened(text, cellLimit));
}
