import { type LogicalText, leadingSpace, trimLogical, type Word, wordAt } from "./text.ts";
import type { Command } from "./tree.ts";

/** `NAME=value` of ARG, ENV or LABEL as written: quotes, escapes and variables are still in `value`. */
export interface Assignment {
  readonly name: string;
  /** null for `ARG NAME` without a default. */
  readonly value: Word | null;
  readonly word: Word;
}

/** The assignments of an ARG, ENV or LABEL, the old form `ENV NAME value` among them. Empty for other instructions. */
export function assignmentsOf(command: Command, escapeCharacter: string): readonly Assignment[] {
  if (!["ARG", "ENV", "LABEL"].includes(command.keyword)) return [];
  const text = trimLogical(command.arguments);
  const spans = wordSpans(text.text, escapeCharacter);
  const first = spans[0];
  if (first === undefined) return [];
  const oldForm = command.keyword !== "ARG" && !text.text.slice(first.from, first.to).includes("=");
  return oldForm ? oldAssignment(text) : spans.map((span) => assignment(text, span));
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function assignment(text: LogicalText, span: Span): Assignment {
  const word = wordAt(text, span);
  const equals = word.text.indexOf("=");
  if (equals === -1) return { name: word.text, value: null, word };
  const value = wordAt(text, { from: span.from + equals + 1, to: span.to });
  return { name: word.text.slice(0, equals), value, word };
}

function oldAssignment(text: LogicalText): readonly Assignment[] {
  const match = /^([^\t\v\f\r ]+)[\t\v\f\r ]+/.exec(text.text);
  const word = wordAt(text, { from: 0, to: text.text.length });
  if (match === null) return [{ name: word.text, value: null, word }];
  const value = wordAt(text, { from: match[0].length, to: text.text.length });
  return [{ name: match[1] ?? "", value, word }];
}

/** Words at white space that is neither quoted nor escaped. */
function wordSpans(text: string, escapeCharacter: string): readonly Span[] {
  const spans: Span[] = [];
  let from = -1;
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const blank = quote === "" && leadingSpace(character) === 1;
    if (blank && from !== -1) spans.push({ from, to: at });
    if (blank) from = -1;
    else if (from === -1) from = at;
    if (blank) continue;
    if (character === escapeCharacter && quote !== "'") at += 1;
    else if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = "";
  }
  return from === -1 ? spans : [...spans, { from, to: text.length }];
}
