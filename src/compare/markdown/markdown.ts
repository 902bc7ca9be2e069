/** A value in a markdown table cell or sentence: nothing in it is taken for markup. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_{}[\]<>|#~]/g, (character) =>
      character === "<" ? "&lt;" : character === ">" ? "&gt;" : `\\${character}`,
    );
}

/** A value as code in a markdown table cell or sentence. */
export function codeMarkdown(text: string): string {
  const flat = text.replace(/[\r\n]+/g, " ");
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((run) => run[0].length));
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

/** A part that a reader opens. */
export function foldedMarkdown(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n</details>\n`;
}
