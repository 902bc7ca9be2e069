import { printable } from "../../sbom/list.ts";

/**
 * A value in a markdown table cell or sentence: nothing in it is taken for markup, for a link or for the name of somebody to be
 * told, also where it begins a line. Control characters are shown as `?`.
 */
export function escapeMarkdown(text: string): string {
  return printable(text.replace(/[\r\n]+/g, " "))
    .replace(/&|[<>]|[\\`*_{}[\]|#~]/g, (character) => entities.get(character) ?? `\\${character}`)
    .replace(/:\/\//g, "&#58;//")
    .replace(/www\./gi, (start) => `${start.slice(0, 3)}&#46;`)
    .replace(/@(?=\w)/g, "@<!-- -->")
    .replace(/^\s+/, " ")
    .replace(blockStart, (_, space: string, start: string) => space + (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** What begins a list, a rule or a heading where a line begins with it. */
const blockStart = /^( ?)([-+](?=\s|$)|[-=](?=[-=\s]*$)|\d+(?=[.)](?:\s|$)))/;

const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

/** A value as code in a markdown table cell or sentence; nothing for an empty one. Control characters are shown as `?`. */
export function codeMarkdown(text: string): string {
  const flat = printable(text.replace(/[\r\n]+/g, " "));
  if (flat.trim() === "") return "";
  let longest = 0;
  for (const [run] of flat.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${flat.replaceAll("|", "\\|")}${pad}${fence}`;
}

/** A table. Cells are markdown already; columns named in `right` are aligned right. */
export function tableMarkdown(
  head: readonly string[],
  { rows, right = [] }: { readonly rows: readonly (readonly string[])[]; readonly right?: readonly number[] },
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const rule = head.map((_, column) => (right.includes(column) ? "---:" : "---"));
  return line(head) + line(rule) + rows.map(line).join("");
}

/** A part that a reader opens. `summary` is HTML. */
export function foldedMarkdown(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n</details>\n`;
}
