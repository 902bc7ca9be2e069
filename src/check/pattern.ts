import { createContext, Script } from "node:vm";

/** Milliseconds that a search may take. */
const longest = 2_000;
const search = new Script("texts.some((text) => pattern.test(text))");

/**
 * Whether `pattern` is found in one of `texts`. A search that takes longer than two seconds, as patterns with nested
 * repetitions can, is given up: null.
 */
export function isFound(pattern: RegExp, texts: readonly string[]): boolean | null {
  try {
    return search.runInContext(createContext({ pattern, texts }), { timeout: longest }) === true;
  } catch (cause) {
    if (isTimeout(cause)) return null;
    throw cause;
  }
}

/** The error is one of the other context: no instance of this one's Error. */
function isTimeout(cause: unknown): boolean {
  return (
    typeof cause === "object" && cause !== null && "code" in cause && cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}

/** A pattern as it was written. */
export function patternText(pattern: RegExp): string {
  return pattern.source.replaceAll("\\/", "/");
}

/** Text of an output as messages show it: its beginning, in quotes. */
export function quotedText(text: string): string {
  const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return text === "" ? "nothing" : JSON.stringify(shown);
}

const shownLength = 600;
