import { leadingSpace } from "./text.ts";

/** What `<<NAME` announces. */
export interface HeredocWord {
  readonly name: string;
  readonly expand: boolean;
  readonly chomp: boolean;
}

/**
 * The heredocs a logical line announces, in order, found as BuildKit finds them: the line is split into shell words,
 * and a word that is `<<NAME`, with digits before it and `-` or white space behind `<<` allowed, announces one. White space
 * behind `<<-` ends the word, so that it announces none.
 * A line whose quotes do not match announces none.
 */
export function heredocWords(line: string): readonly HeredocWord[] {
  const found: HeredocWord[] = [];
  for (const word of shellWords(line) ?? []) {
    const match = /^\d*<<(-?)\s*([^<]*)$/.exec(word);
    const rest = match?.[2] ?? "";
    const name = rest === "" ? null : unquote(rest);
    if (name !== null) found.push({ ...name, chomp: match?.[1] === "-" });
  }
  return found;
}

/** Shell words with quotes and escapes kept; `<<` takes the white space behind it along. null for an open quote. */
function shellWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; ) {
    const length = tokenLength(line, at);
    if (length === null) return null;
    const token = line.slice(at, at + length);
    if (leadingSpace(token) === token.length) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + token;
    }
    at += length;
  }
  return word === null ? words : [...words, word];
}

/** How long the quoted string, escape, variable, `<<` or single character at `at` is; null when it never ends. */
function tokenLength(line: string, at: number): number | null {
  const character = line[at];
  if (character === "'") return closed(line.indexOf("'", at + 1), at);
  if (character === '"') return closed(doubleQuoteEnd(line, at + 1), at);
  if (character === "\\") return Math.min(2, line.length - at);
  if (character === "$" && line[at + 1] === "{") return closed(line.indexOf("}", at + 2), at);
  if (character === "<" && line[at + 1] === "<") return 2 + leadingSpace(line.slice(at + 2));
  return 1;
}

function closed(end: number, at: number): number | null {
  return end === -1 ? null : end + 1 - at;
}

function doubleQuoteEnd(line: string, from: number): number {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '"') return at;
    if (line[at] === "\\") at += 1;
  }
  return -1;
}

/** The name with quotes and escapes resolved. null when white space makes it more than one word. */
function unquote(text: string): { readonly name: string; readonly expand: boolean } | null {
  let name = "";
  let expand = true;
  for (let at = 0; at < text.length; ) {
    const length = tokenLength(text, at) ?? 1;
    const token = text.slice(at, at + length);
    if (token.startsWith("'") || token.startsWith('"')) {
      expand = false;
      name += token.startsWith("'") ? token.slice(1, -1) : token.slice(1, -1).replace(/\\(["$\\])/g, "$1");
    } else if (token.startsWith("\\")) {
      name += token.slice(1);
    } else if (leadingSpace(token) > 0) {
      return null;
    } else {
      name += token;
    }
    at += length;
  }
  return { name, expand };
}
