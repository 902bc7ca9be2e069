import { printable } from "../../sbom/list.ts";
import { knowsText } from "../../vuln/report/words.ts";
import type { Comparisons } from "../comparison.ts";
import { headline } from "../headline.ts";
import { allReadingNotes } from "../notes.ts";
import { changesText } from "./changes-text.ts";
import { overviewText, type TerminalOptions } from "./overview-text.ts";
import { painter } from "./paint.ts";
import { wrapped } from "./wrap.ts";

/** How to print comparisons on a terminal. */
export interface TextOptions extends TerminalOptions {
  /** How many packages and settings of a kind to print; the rest is counted. */
  readonly limit: number;
  /** Set where the image after `--to` is the hardened one and therefore stands on the right. */
  readonly turned: boolean;
  /** Whether to print only the overview. */
  readonly summary: boolean;
}

/** Comparisons with one baseline for a terminal of at least 40 columns, before → after. */
export function renderText(comparisons: Comparisons, options: TextOptions): string {
  const { width, turned, summary } = options;
  const paint = painter(options.colour);
  const isSingle = comparisons.length === 1;
  const line = (text: string) => `${wrapped(printable(text), { width }).join("\n")}\n`;
  const named = (text: string) => `${wrapped(printable(text), { width }).map(paint.bold).join("\n")}\n`;
  const sections = [
    turned ? line("The image after --to is the hardened one; it is shown as after.") : "",
    overviewText(comparisons, options),
    ...comparisons.flatMap((comparison) => [
      ...(isSingle ? [] : [named(comparison.analysed.reference)]),
      line(headline(comparison)),
      ...(summary ? [] : changesText(comparison, options)),
    ]),
    sourcesText(comparisons, width),
    allReadingNotes(comparisons).map(line).join(""),
  ];
  return sections.filter((section) => section !== "").join("\n");
}

/** Which records count, and how old they are. */
function sourcesText(comparisons: Comparisons, width: number): string {
  const sources = comparisons.flatMap(({ advisories }) => advisories);
  if (sources.length === 0) return "";
  const lines = sources.flatMap(({ source, asOf, records, knowsUnfixed }) => {
    const scope = knowsText({ source, knowsUnfixed });
    return wrapped(printable(`${source}, as of ${asOf}, ${records} records, ${scope}`), {
      width: width - 2,
      indent: 2,
    });
  });
  return `Advisories, policy ${printable(comparisons[0].policy)}\n${[...new Set(lines)].map((one) => `  ${one}\n`).join("")}`;
}
