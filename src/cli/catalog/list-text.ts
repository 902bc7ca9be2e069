import type { CatalogListing, ListedImage, ListedVariant } from "../../flow/catalog/list/model.ts";
import { callTag, versionOf } from "../../flow/catalog/list/order.ts";
import {
  type Column,
  cellsOf,
  columnsOf,
  type Piece,
  paragraph,
  type Terminal,
  table,
} from "../../vuln/report/text/terminal.ts";
import { numberOf } from "../../vuln/report/words.ts";
import { countsWord, headLine, kindOf, sizeText, supportWord } from "./words.ts";

/** The listing for people: of each image a head, and a line for each of its versions, with what else there is of it. */
export function catalogListText({ images }: CatalogListing, terminal: Terminal): string {
  if (images.length === 0) return "The catalogue has no such image.\n";
  const lines = images.map(linesOf);
  const [head = "", ...rows] = tableLines(lines.flat(), terminal);
  let at = 0;
  const sections = images.map((image, index) => {
    const from = at;
    at += lines[index]?.length ?? 0;
    return [headText(image, terminal), ...rows.slice(from, at).map((row) => `${row}\n`)].join("");
  });
  return `${head}\n\n${sections.join("\n")}\n${footText(images, terminal)}`;
}

/** A version of an image for one distribution: the variant that people ask for first, and what sets the others apart. */
interface Line {
  readonly first: ListedVariant;
  readonly others: readonly string[];
}

function linesOf({ variants }: ListedImage): readonly Line[] {
  const byVersion = Map.groupBy(variants, (variant) => `${variant.distro} ${versionOf(variant)}`);
  return [...byVersion.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ first, others: rest.map(kindOf) }],
  );
}

/** A column of the listing; where there is no room for all, those with the lowest `worth` give way. */
interface ListColumn extends Column {
  readonly worth: number;
  readonly cell: (line: Line) => Piece;
}

const columns: readonly ListColumn[] = [
  { head: "  Tag", worth: 9, cell: ({ first }) => ({ text: `  ${callTag(first.tags)}`, style: "strong" }) },
  { head: "Also", worth: 5, cell: ({ others }) => ({ text: others.join(" ") }) },
  { head: "Size", worth: 3, right: true, cell: ({ first: { size } }) => sizePiece(size) },
  { head: "CVEs", worth: 7, cell: ({ first }) => countsPiece(first) },
  { head: "End of life", worth: 6, cell: ({ first: { endOfLife } }) => ({ text: endOfLife ?? "unknown" }) },
  { head: "Supported by", worth: 4, cell: ({ first }) => supportPiece(first) },
];

function sizePiece(size: number | null): Piece {
  return size === null ? { text: sizeText(size), style: "soft" } : { text: sizeText(size) };
}

function countsPiece({ vulnerabilities }: ListedVariant): Piece {
  if (vulnerabilities === null) return { text: "unknown", style: "soft" };
  return { text: countsWord(vulnerabilities), ...(vulnerabilities.total === 0 ? { style: "low" } : {}) };
}

function supportPiece({ support }: ListedVariant): Piece {
  return { text: supportWord(support), ...(support?.by.length === 0 ? { style: "alarm" } : {}) };
}

/** The table's head and its lines, one for each version. */
function tableLines(lines: readonly Line[], terminal: Terminal): readonly string[] {
  const shown = fitting(lines, columnsOf(terminal));
  const rows = lines.map((line) => shown.map(({ cell }) => cell(line)));
  const text = table(shown, { rows, terminal: { ...terminal, columns: roomForAll } });
  return text.split("\n").slice(0, -1);
}

/** No cell is broken: each version has one line. */
const roomForAll = 10_000;

function fitting(lines: readonly Line[], room: number): readonly ListColumn[] {
  const widthOf = ({ head, cell }: ListColumn) =>
    Math.max(cellsOf(head), ...lines.map((line) => cellsOf(cell(line).text)));
  let shown = columns;
  while (shown.length > 1 && shown.reduce((sum, column) => sum + widthOf(column) + 2, -2) > room) {
    const least = Math.min(...shown.map(({ worth }) => worth));
    shown = shown.filter(({ worth }) => worth > least);
  }
  return shown;
}

function headText(image: ListedImage, terminal: Terminal): string {
  const { description } = image;
  const about = description === null ? "" : paragraph([{ text: description, style: "soft" }], { indent: 2, terminal });
  return `${headLine(image, terminal)}${about}`;
}

function footText(images: readonly ListedImage[], terminal: Terminal): string {
  const variants = images.flatMap((image) => image.variants);
  const built = variants.filter(({ digest }) => digest !== null).length;
  const counts = `${numberOf(images.length, "image")}, ${numberOf(variants.length, "definition")}, ${built} built here`;
  const days = variants.flatMap(({ vulnerabilities }) => vulnerabilities?.asOf ?? []).toSorted();
  const [oldest, newest] = [days[0], days.at(-1)];
  const age = oldest === newest ? oldest : `${oldest} to ${newest}`;
  const dated = oldest === undefined ? "" : `; vulnerabilities by advisories of ${age}`;
  return paragraph([`${counts}${dated}.`], { indent: 0, terminal });
}
