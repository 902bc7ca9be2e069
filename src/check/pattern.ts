import { createContext, Script } from "node:vm";

const longest = 2_000;
const search = new Script("pattern.test(text)");

/**
 * Whether `pattern` is found in `text`. A search that takes longer than two seconds, as patterns with nested repetition can,
 * is given up: null.
 */
export function isFound(pattern: RegExp, text: string): boolean | null {
  try {
    return search.runInContext(createContext({ pattern, text }), { timeout: longest }) === true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return null;
    throw cause;
  }
}

/** Text of an output as messages show it: its beginning, in quotes. */
export function quotedText(text: string): string {
  const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return text === "" ? "nothing" : JSON.stringify(shown);
}

const shownLength = 600;
