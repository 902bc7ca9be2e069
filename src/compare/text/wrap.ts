import { cellsOf } from "../../vuln/report/text/terminal.ts";

/**
 * `text` in lines of at most `width` columns of a terminal, broken at blanks, else after `/`, `@`, `:`, `,` and `;`, else
 * anywhere; nothing is left out but the blanks at breaks. Lines after the first begin with `indent` blanks. A character wider
 * than `width` stands alone.
 */
export function wrapped(text: string, { width, indent = 0 }: { readonly width: number; readonly indent?: number }) {
  const lines: string[] = [];
  const margin = " ".repeat(indent);
  let [line, used] = ["", 0];
  const finish = () => {
    lines.push(line);
    [line, used] = [margin, indent];
  };
  const append = (part: string, columns: number) => {
    line += part;
    used += columns;
  };
  const isEmpty = () => line === "" || line === margin;
  for (const word of text.split(" ")) {
    const gap = isEmpty() ? "" : " ";
    const columns = cellsOf(word);
    if (used + gap.length + columns <= width) {
      append(gap + word, gap.length + columns);
      continue;
    }
    const room = Math.max(width - indent, 1);
    if (!isEmpty() && (columns <= room || used + gap.length + 8 > width)) finish();
    else append(gap, isEmpty() ? 0 : gap.length);
    for (const piece of pieces(word, room)) {
      const size = cellsOf(piece);
      if (used + size > width && !isEmpty()) finish();
      append(piece, size);
    }
  }
  lines.push(line);
  return lines.map((one) => one.trimEnd());
}

/** `text` with blanks after it up to `width` columns. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - cellsOf(text), 0));
}

/** A word cut where it may be, so that no piece takes more than `room` columns. */
function pieces(word: string, room: number): readonly string[] {
  return (word.match(/[^/@:,;]*[/@:,;]*/g) ?? []).flatMap((part) => {
    if (part === "" || cellsOf(part) <= room) return part === "" ? [] : [part];
    const cut: string[] = [];
    let [piece, used] = ["", 0];
    for (const character of part) {
      const size = cellsOf(character);
      if (used + size > room && piece !== "") {
        cut.push(piece);
        [piece, used] = ["", 0];
      }
      piece += character;
      used += size;
    }
    return [...cut, piece];
  });
}
