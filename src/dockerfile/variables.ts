import { DockerfileError } from "./error.ts";
import { globEnds } from "./glob.ts";

/** What replacing variables needs: their values, and the file's escape character. */
export interface VariableContext {
  /** The value of a variable; null when it has none. */
  lookup(name: string): string | null;
  readonly escape: "\\" | "`";
}

/** Text with its variables replaced and quotes removed; the names used, and those of them that had no value. */
export interface Substituted {
  readonly text: string;
  readonly used: readonly string[];
  /** Names without a value where nothing stood in for it: builders put an empty string there. */
  readonly missing: readonly string[];
}

/**
 * Replaces `$X`, `${X}` and the forms `:-`, `-`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/` and `//`, as
 * instructions do with their arguments. Throws DOCKERFILE_SUBSTITUTION_INVALID.
 */
export function substitute(text: string, context: VariableContext): Substituted {
  const cursor: Cursor = { text, at: 0, depth: 0, used: new Set(), missing: new Set() };
  const result = readWord(cursor, { context, stop: null });
  return { text: result, used: [...cursor.used], missing: [...cursor.missing] };
}

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  readonly used: Set<string>;
  readonly missing: Set<string>;
}

interface Reading {
  readonly context: VariableContext;
  /** The character that ends the word; null for the end of the text. */
  readonly stop: string | null;
}

const deepest = 20;

function readWord(cursor: Cursor, { context, stop }: Reading): string {
  let result = "";
  while (cursor.at < cursor.text.length && cursor.text[cursor.at] !== stop) {
    const character = cursor.text.charAt(cursor.at);
    if (character === "'") result += readSingle(cursor);
    else if (character === '"') result += readDouble(cursor, context);
    else if (character === "$") result += readVariable(cursor, context);
    else if (character === context.escape) {
      result += cursor.text.charAt(cursor.at + 1);
      cursor.at += 2;
    } else {
      result += character;
      cursor.at += 1;
    }
  }
  if (stop !== null && cursor.at >= cursor.text.length) throw invalid(cursor, `has no ${stop}`);
  return result;
}

function readSingle(cursor: Cursor): string {
  const end = cursor.text.indexOf("'", cursor.at + 1);
  if (end === -1) throw invalid(cursor, "has an open single quote");
  const result = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  return result;
}

function readDouble(cursor: Cursor, context: VariableContext): string {
  let result = "";
  cursor.at += 1;
  while (cursor.text[cursor.at] !== '"') {
    if (cursor.at >= cursor.text.length) throw invalid(cursor, "has an open double quote");
    const character = cursor.text.charAt(cursor.at);
    const next = cursor.text.charAt(cursor.at + 1);
    if (character === "$") result += readVariable(cursor, context);
    else if (character === context.escape && (next === '"' || next === "$" || next === context.escape)) {
      result += next;
      cursor.at += 2;
    } else {
      result += character;
      cursor.at += 1;
    }
  }
  cursor.at += 1;
  return result;
}

function readVariable(cursor: Cursor, context: VariableContext): string {
  cursor.at += 1;
  const braced = cursor.text[cursor.at] === "{";
  if (braced) cursor.at += 1;
  const name =
    /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#!?$-])?/.exec(cursor.text.slice(cursor.at, cursor.at + 256))?.[0] ?? "";
  if (name === "" && !braced) return "$";
  if (name === "") throw invalid(cursor, "has ${ without a name");
  cursor.at += name.length;
  cursor.used.add(name);
  if (!braced) return valueOr(cursor, context, name);

  cursor.depth += 1;
  if (cursor.depth > deepest) throw invalid(cursor, "is nested too deeply");
  const operator = /^(?::[-+?]|[-+?]|##?|%%?|\/\/?)?/.exec(cursor.text.slice(cursor.at, cursor.at + 2))?.[0] ?? "";
  cursor.at += operator.length;
  const result = operator === "" ? valueOr(cursor, context, name) : modified(cursor, { context, name, operator });
  if (cursor.text[cursor.at] !== "}") throw invalid(cursor, `has an unknown or open form of \${${name}`);
  cursor.at += 1;
  cursor.depth -= 1;
  return result;
}

function valueOr(cursor: Cursor, context: VariableContext, name: string): string {
  const value = context.lookup(name);
  if (value === null) cursor.missing.add(name);
  return value ?? "";
}

interface Modifier {
  readonly context: VariableContext;
  readonly name: string;
  readonly operator: string;
}

function modified(cursor: Cursor, { context, name, operator }: Modifier): string {
  const value = context.lookup(name);
  const has = value !== null && !(operator.startsWith(":") && value === "");
  if (operator.startsWith("/")) {
    const pattern = readWord(cursor, { context, stop: "/" });
    cursor.at += 1;
    const replacement = readWord(cursor, { context, stop: "}" });
    return replaceGlob(cursor, { value: valueOr(cursor, context, name), pattern, replacement, all: operator === "//" });
  }
  const word = readWord(cursor, { context, stop: "}" });
  if (operator.endsWith("-")) return has ? (value ?? "") : word;
  if (operator.endsWith("+")) return has ? word : "";
  if (operator.endsWith("?")) {
    if (!has) throw invalid(cursor, `needs ${name}: ${word.slice(0, 80) || "not set"}`);
    return value ?? "";
  }
  return trimGlob(cursor, { value: valueOr(cursor, context, name), pattern: word, operator });
}

function trimGlob(cursor: Cursor, { value, pattern, operator }: { value: string; pattern: string; operator: string }) {
  checkGlob(cursor, { value, pattern });
  const fromEnd = operator.startsWith("%");
  const ends = globEnds(pattern, { text: value, from: 0, reverse: fromEnd });
  const length = operator.length === 2 ? ends.at(-1) : ends[0];
  if (length === undefined) return value;
  return fromEnd ? value.slice(0, value.length - length) : value.slice(length);
}

interface Replacement {
  readonly value: string;
  readonly pattern: string;
  readonly replacement: string;
  readonly all: boolean;
}

function replaceGlob(cursor: Cursor, { value, pattern, replacement, all }: Replacement): string {
  checkGlob(cursor, { value, pattern });
  let result = "";
  for (let at = 0, done = false; at < value.length; ) {
    const length: number = done ? 0 : (globEnds(pattern, { text: value, from: at, reverse: false }).at(-1) ?? 0);
    result += length === 0 ? value.charAt(at) : replacement;
    at += Math.max(length, 1);
    done ||= length > 0 && !all;
  }
  return result;
}

/** Matching is quadratic in the value: what no reference needs is refused. */
function checkGlob(cursor: Cursor, { value, pattern }: { readonly value: string; readonly pattern: string }): void {
  if (value.length > 1024 || pattern.length > 128) throw invalid(cursor, "has a value or pattern that is too long");
}

function invalid(cursor: Cursor, problem: string): DockerfileError {
  const shown = JSON.stringify(cursor.text.slice(0, 100));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are the forms to write
  const hint = "the forms are $NAME, ${NAME}, ${NAME:-default}, ${NAME:+value}, ${NAME#pattern}, ${NAME/from/to}";
  return new DockerfileError("DOCKERFILE_SUBSTITUTION_INVALID", `${shown} ${problem}`, { hint });
}
