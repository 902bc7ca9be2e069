import { type LogicalText, leadingSpace, sliceLogical, trimLogical, wordAt } from "./text.ts";
import type { Flag } from "./tree.ts";

/**
 * Takes the `--name=value` words off the front of an instruction's arguments. `--` ends them; quotes and backslashes
 * in them are resolved, as BuildKit does whatever the escape directive says.
 */
export function splitFlags(text: LogicalText): { readonly flags: readonly Flag[]; readonly rest: LogicalText } {
  const flags: Flag[] = [];
  let at = 0;
  for (;;) {
    while (at < text.text.length && leadingSpace(text.text.charAt(at)) === 1) at += 1;
    if (!text.text.startsWith("--", at)) break;
    const { value, end } = flagWord(text.text, at);
    if (value === "--") {
      at = end;
      break;
    }
    const equals = value.indexOf("=");
    flags.push({
      name: equals === -1 ? value.slice(2) : value.slice(2, equals),
      value: equals === -1 ? null : value.slice(equals + 1),
      word: wordAt(text, { from: at, to: end }),
    });
    at = end;
  }
  return { flags, rest: trimLogical(sliceLogical(text, at)) };
}

/** The word at `from` with quotes and escapes resolved, and where it ends. */
function flagWord(text: string, from: number): { readonly value: string; readonly end: number } {
  let value = "";
  let quote = "";
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === "" && leadingSpace(character) === 1) return { value, end: at };
    if (character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (character === "\\") {
      at += 1;
      value += text.charAt(at);
    } else value += character;
  }
  return { value, end: text.length };
}
