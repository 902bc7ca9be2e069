import { leadingSpace, type Position } from "./text.ts";

/** A physical line: `text` from `start`, without its line end, which stands before `end`. */
export interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The physical lines of `source`. Only line feeds end one; carriage returns before them belong to the line end. */
export function splitLines(source: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < source.length; ) {
    const feed = source.indexOf("\n", start);
    const end = feed === -1 ? source.length : feed + 1;
    const from = start === 0 && source.startsWith("\uFEFF") ? 1 : start;
    let to = end;
    while (to > from && (source[to - 1] === "\n" || source[to - 1] === "\r")) to -= 1;
    lines.push({ start: from, end, text: source.slice(from, to) });
    start = end;
  }
  return lines;
}

/** Whether the builder takes this line for a comment, also within a continued instruction. */
export function isCommentLine(text: string): boolean {
  return text.charAt(leadingSpace(text)) === "#";
}

/** Whether there is nothing but white space on this line. */
export function isBlankLine(text: string): boolean {
  return leadingSpace(text) === text.length;
}

/**
 * How much of `text` belongs to the instruction when the line goes on in the next one; null when it does not.
 * The escape character has to be last but for blanks and tabs, and must not follow another one.
 */
export function continuedLength(text: string, escapeCharacter: string): number | null {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t")) end -= 1;
  if (end === 0 || text[end - 1] !== escapeCharacter) return null;
  return end > 1 && text[end - 2] === escapeCharacter ? null : end - 1;
}

/** The line and column of the place `offset` in the source that `lines` came from. */
export function positionIn(lines: readonly Line[], offset: number): Position {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const index = Math.max(low - 1, 0);
  return { line: index + 1, column: Math.max(offset - (lines[index]?.start ?? 0), 0) + 1 };
}
