/** A value a Ruby expression gives without running it, and where in the text the expression ends. */
export interface Literal {
  readonly value: string | readonly string[];
  readonly end: number;
}

const longest = 100_000;

/**
 * The string or list of strings written at `start` of Ruby source: quoted either way, `%q` and `%w` in brackets, and
 * `Gem::Version.new` of a string; with `.freeze` or without. null for anything that has to be run to be known.
 */
export function literalAt(source: string, start: number): Literal | null {
  const at = skipBlanks(source, start);
  const value =
    source[at] === "["
      ? listAt(source, at + 1)
      : (versionAt(source, at) ?? wordsAt(source, at) ?? stringAt(source, at));
  return value === null ? null : { value: value.value, end: afterFreeze(source, value.end) };
}

/** Whether the statement ends at `at`, or goes on with a condition only. */
export function isStatementEnd(source: string, at: number): boolean {
  return /^[ \t]*(?:$|[\r\n;#]|if |unless )/.test(source.slice(at, at + 200));
}

interface StringLiteral {
  readonly value: string;
  readonly end: number;
}

function listAt(source: string, start: number): Literal | null {
  const items: string[] = [];
  for (let at = skipBlanks(source, start); ; ) {
    if (source[at] === "]") return { value: items, end: at + 1 };
    const item = stringAt(source, at);
    if (item === null) return null;
    items.push(item.value);
    at = skipBlanks(source, afterFreeze(source, item.end));
    if (source[at] === ",") at = skipBlanks(source, at + 1);
    else if (source[at] !== "]") return null;
  }
}

function versionAt(source: string, start: number): Literal | null {
  const opening = "Gem::Version.new(";
  if (!source.startsWith(opening, start)) return null;
  const inner = stringAt(source, skipBlanks(source, start + opening.length));
  if (inner === null) return null;
  const end = skipBlanks(source, afterFreeze(source, inner.end));
  return source[end] === ")" ? { value: inner.value, end: end + 1 } : null;
}

const closings: Readonly<Record<string, string>> = { "<": ">", "(": ")", "[": "]", "{": "}", "|": "|", "!": "!" };

function bracketedAt(source: string, start: number): StringLiteral | null {
  const closing = closings[source[start] ?? ""];
  const end = closing === undefined ? -1 : source.indexOf(closing, start + 1);
  if (end < 0 || end - start > longest) return null;
  const value = source.slice(start + 1, end);
  return value.includes("\\") ? null : { value, end: end + 1 };
}

function wordsAt(source: string, start: number): Literal | null {
  if (!source.startsWith("%w", start)) return null;
  const words = bracketedAt(source, start + 2);
  return words === null ? null : { value: words.value.split(/\s+/).filter((word) => word !== ""), end: words.end };
}

function stringAt(source: string, start: number): StringLiteral | null {
  if (source.startsWith("%q", start)) return bracketedAt(source, start + 2);
  const quote = source[start];
  if (quote !== '"' && quote !== "'") return null;
  let value = "";
  for (let at = start + 1; at < source.length && at - start < longest; at++) {
    const character = source[at] ?? "";
    if (character === quote) return { value, end: at + 1 };
    if (quote === '"' && character === "#" && /[{$@]/.test(source[at + 1] ?? "")) return null;
    if (character !== "\\") {
      value += character;
      continue;
    }
    const escaped = quote === '"' ? escapeAt(source, at + 1) : plainEscapeAt(source, at + 1);
    value += escaped.value;
    at = escaped.end - 1;
  }
  return null;
}

/** Between single quotes only the quote and the backslash are escaped. */
function plainEscapeAt(source: string, at: number): StringLiteral {
  const character = source[at] ?? "";
  return { value: character === "'" || character === "\\" ? character : `\\${character}`, end: at + 1 };
}

const controls: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", s: " ", 0: "\0" };

function escapeAt(source: string, at: number): StringLiteral {
  const [whole = "", braced, plain] =
    /^u(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))/.exec(source.slice(at, at + 9)) ?? [];
  const code = Number.parseInt(braced ?? plain ?? "", 16);
  if (code <= 0x10ffff) return { value: String.fromCodePoint(code), end: at + whole.length };
  const character = source[at] ?? "";
  return { value: controls[character] ?? character, end: at + 1 };
}

function afterFreeze(source: string, at: number): number {
  return source.startsWith(".freeze", at) ? at + ".freeze".length : at;
}

function skipBlanks(source: string, start: number): number {
  let at = start;
  while (at < source.length && " \t\r\n".includes(source[at] ?? "")) at++;
  return at;
}
