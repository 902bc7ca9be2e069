import { DockerfileError } from "./error.ts";

/** A part of the source, in UTF-16 code units: `start` is in it, `end` is not. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A place a person can go to. Both count from 1; columns are UTF-16 code units, a byte order mark not counted. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A run of source text that a logical line takes over unchanged: `length` characters, `at` there, `start` in the source. */
export interface Piece {
  readonly at: number;
  readonly length: number;
  readonly start: number;
}

/**
 * Text as the builder sees it, with continued lines joined and the comments between them gone, that still knows where
 * in the source each character stands: `text` begins at `offset` of the logical line made of `pieces`.
 */
export interface LogicalText {
  readonly text: string;
  readonly offset: number;
  readonly pieces: readonly Piece[];
}

/** A word of a logical line. `intact` says that the source has it in one piece, so that replacing `range` is safe. */
export interface Word {
  readonly text: string;
  readonly range: Range;
  readonly intact: boolean;
}

/** The largest Dockerfile that is read, in UTF-16 code units. */
export const maximumLength = 4 * 1024 * 1024;

const spaces = "\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const leading = new RegExp(`^[${spaces}]*`);
const trailing = new RegExp(`[${spaces}]$`);

/** The text of a Dockerfile read from disk, byte order mark kept. Throws DOCKERFILE_NOT_TEXT, DOCKERFILE_TOO_LARGE. */
export function dockerfileText(bytes: Uint8Array): string {
  if (bytes.length > maximumLength) throw tooLarge();
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new DockerfileError("DOCKERFILE_NOT_TEXT", "the Dockerfile is not UTF-8 text", {
      hint: "save it as UTF-8",
      cause,
    });
  }
}

/** The error for a source beyond `maximumLength`. */
export function tooLarge(): DockerfileError {
  return new DockerfileError("DOCKERFILE_TOO_LARGE", `the Dockerfile is larger than ${maximumLength} characters`, {
    hint: "check that this is a Dockerfile",
  });
}

/** How many characters of white space, as Go's unicode.IsSpace has it, `text` begins with. */
export function leadingSpace(text: string): number {
  return leading.exec(text)?.[0].length ?? 0;
}

/** Where `text` ends when trailing white space is left off. */
export function trimmedEnd(text: string): number {
  let end = text.length;
  while (end > 0 && trailing.test(text.charAt(end - 1))) end -= 1;
  return end;
}

/** Joins parts of source lines, each given by its text and its place in the source. */
export function joinLogical(parts: readonly { readonly text: string; readonly start: number }[]): LogicalText {
  const pieces: Piece[] = [];
  let at = 0;
  for (const part of parts) {
    if (part.text.length > 0) pieces.push({ at, length: part.text.length, start: part.start });
    at += part.text.length;
  }
  return { text: parts.map((part) => part.text).join(""), offset: 0, pieces };
}

/** The part of `text` from `from` to `to`. */
export function sliceLogical(text: LogicalText, from: number, to: number = text.text.length): LogicalText {
  return { text: text.text.slice(from, to), offset: text.offset + from, pieces: text.pieces };
}

/** `text` without white space at either end. */
export function trimLogical(text: LogicalText): LogicalText {
  const from = leadingSpace(text.text);
  return sliceLogical(text, from, Math.max(from, trimmedEnd(text.text)));
}

/** The part of `text` from `from` to `to` as a word. An empty part has an empty range, not intact. */
export function wordAt(text: LogicalText, { from, to }: { readonly from: number; readonly to: number }): Word {
  const first = pieceAt(text, from);
  const last = pieceAt(text, to - 1);
  if (from >= to || first === null || last === null) return { text: "", range: { start: 0, end: 0 }, intact: false };
  const start = first.start + text.offset + from - first.at;
  const end = last.start + text.offset + to - last.at;
  return { text: text.text.slice(from, to), range: { start, end }, intact: end - start === to - from };
}

/** All of `text` as a word. */
export function wholeWord(text: LogicalText): Word {
  return wordAt(text, { from: 0, to: text.text.length });
}

/** The words of `text`, split as instructions split theirs: at blanks, tabs, vertical tabs, form feeds, returns. */
export function splitWords(text: LogicalText): readonly Word[] {
  const trimmed = trimLogical(text);
  return [...trimmed.text.matchAll(/[^\t\v\f\r ]+/g)].map((match) =>
    wordAt(trimmed, { from: match.index, to: match.index + match[0].length }),
  );
}

function pieceAt(text: LogicalText, at: number): Piece | null {
  let low = 0;
  let high = text.pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((text.pieces[middle]?.at ?? 0) <= text.offset + at) low = middle + 1;
    else high = middle;
  }
  return text.pieces[low - 1] ?? null;
}
