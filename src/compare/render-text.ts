import Table from "cli-table3";
import type { PackageIdentity } from "../sbom/model.ts";
import type { Finding } from "../vuln/model.ts";
import type { Comparison, RemovedFinding } from "./comparison.ts";
import { environmentChanges, type OverviewRow, overviewRows, readingNotes } from "./overview.ts";

/** How to print a comparison on a terminal. */
export interface TextOptions {
  /** Columns there are. */
  readonly width: number;
  readonly colour: boolean;
  /** How many lines of a list to print; the rest is counted. */
  readonly limit: number;
  /** Set where the image after `--to` is the hardened one and therefore stands on the right. */
  readonly turned: boolean;
}

/** The comparison for a terminal, before → after. */
export function renderText(comparison: Comparison, options: TextOptions): string {
  const paint = painter(options.colour);
  const { packages, vulnerabilities } = comparison.changes;
  const environment = environmentChanges(comparison);
  const explained = (finding: RemovedFinding) => `- ${findingText(finding)}: ${finding.explanation.text}`;
  const sections = [
    options.turned ? "The image after --to is the hardened one; it is shown as after.\n" : "",
    overviewTable(comparison, { options, paint }),
    list("Vulnerabilities removed", { items: vulnerabilities.removed.map(explained), paint: paint.good, options }),
    list("Vulnerabilities added", {
      items: vulnerabilities.added.map((finding) => `+ ${findingText(finding)}`),
      paint: paint.bad,
      options,
    }),
    list("Packages removed", {
      items: packages.removed.map((item) => `- ${packageText(item)}`),
      paint: paint.good,
      options,
    }),
    list("Packages added", {
      items: packages.added.map((item) => `+ ${packageText(item)}`),
      paint: paint.bad,
      options,
    }),
    list("Packages changed", {
      items: packages.changed.map((item) => `  ${item.package.name} ${item.from} → ${item.package.version}`),
      paint: paint.plain,
      options,
    }),
    list("Environment", {
      items: [...environment.removed.map((item) => `- ${item}`), ...environment.added.map((item) => `+ ${item}`)],
      paint: paint.plain,
      options,
    }),
    sources(comparison),
    readingNotes(comparison)
      .map((note) => `${wrap(note, options.width)}\n`)
      .join(""),
  ];
  return sections.filter((section) => section !== "").join("\n");
}

interface Paint {
  readonly bold: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly plain: (text: string) => string;
}

function painter(colour: boolean): Paint {
  const code = (start: number, end: number) => (text: string) =>
    colour ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return { bold: code(1, 22), good: code(32, 39), bad: code(31, 39), plain: (text) => text };
}

/** The overview alone: a table headed with both references. */
export function overviewText(comparison: Comparison, { width, colour }: Pick<TextOptions, "width" | "colour">): string {
  return overviewTable(comparison, { options: { width }, paint: painter(colour) });
}

function overviewTable(
  comparison: Comparison,
  { options, paint }: { readonly options: Pick<TextOptions, "width">; readonly paint: Paint },
): string {
  const widths = columnWidths(options.width);
  const table = new Table({
    head: ["", `before\n${comparison.baseline.reference}`, `after\n${comparison.analysed.reference}`, "change"].map(
      paint.bold,
    ),
    style: { head: [], border: [], compact: true },
    colWidths: widths,
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  for (const row of overviewRows(comparison)) {
    const label = row.part ? `· ${row.label}` : paint.bold(row.label);
    const [before, after] = [wrap(row.before, (widths[1] ?? 2) - 2), wrap(row.after, (widths[2] ?? 2) - 2)];
    table.push([label, before, after, changeColour(row, paint)]);
  }
  return `${table.toString()}\n`;
}

function changeColour(row: OverviewRow, paint: Paint): string {
  if (row.change.startsWith("−")) return paint.good(row.change);
  return row.change.startsWith("+") ? paint.bad(row.change) : row.change;
}

function columnWidths(width: number): number[] {
  const inner = Math.max(width, 72) - 5;
  const [label, change] = [19, 20];
  const image = Math.floor((inner - label - change) / 2);
  return [label, image, inner - label - change - image, change];
}

interface List {
  readonly items: readonly string[];
  readonly paint: (text: string) => string;
  readonly options: TextOptions;
}

function list(title: string, { items, paint, options }: List): string {
  if (items.length === 0) return "";
  const shown = items.slice(0, options.limit).map((item) => `  ${paint(item)}\n`);
  const hidden = items.length - shown.length;
  const more = hidden > 0 ? `  … and ${hidden} more (--format json lists all)\n` : "";
  return `${title} (${items.length})\n${shown.join("")}${more}`;
}

function findingText(finding: Finding): string {
  return `${finding.id} ${finding.severity} in ${finding.package.name} ${finding.package.version}`;
}

function packageText({ name, version, type }: PackageIdentity): string {
  return `${name} ${version} (${type})`;
}

function sources({ advisories }: Comparison): string {
  if (advisories.length === 0) return "";
  const lines = advisories.map(({ source, asOf, records, knowsUnfixed }) => {
    const scope = knowsUnfixed ? "fixed and unfixed" : "fixed only";
    return `  ${source}, as of ${asOf}, ${records} records, ${scope}\n`;
  });
  return `Advisories\n${lines.join("")}`;
}

function wrap(text: string, width: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.join("\n");
}
