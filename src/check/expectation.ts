import type { CommandEnd } from "../engine/container.ts";
import { isFound, patternText, quotedText } from "./pattern.ts";
import type { Mismatch } from "./result.ts";
import type { Expectation } from "./spec/model.ts";

/** Where a command did not end as expected; null where it did. `timeout` is in seconds. */
export function commandMismatch(end: CommandEnd, expectation: Expectation, timeout: number): Mismatch | null {
  const { exitCode, error } = end;
  const stdout = withoutEnd(end.stdout);
  const stderr = withoutEnd(end.stderr);
  const wrote = `having written ${quotedText((stderr || stdout).slice(-lastShown))}`;
  if (exitCode === null) return { expected: `ends within ${timeout} s`, got: `ran on, ${wrote}` };
  if (!expectation.exitCodes.includes(exitCode)) {
    const expected = `exit code ${expectation.exitCodes.join(" or ")}`;
    return { expected, got: error === null ? `exit code ${exitCode}, ${wrote}` : `could not be started: ${error}` };
  }
  return (
    textMismatch(expectation.output, stdout, "output") ??
    textMismatch(expectation.errorOutput, stderr, "error output") ??
    absenceMismatch(expectation.notOutput, stdout)
  );
}

const lastShown = 500;

/** Where `text` has nothing that `pattern` stands for; `what` names the text. */
export function textMismatch(pattern: RegExp | null, text: string, what: string): Mismatch | null {
  if (pattern === null) return null;
  const found = isFound(pattern, [text]);
  if (found === true) return null;
  return { expected: `${what} with ${patternText(pattern)}`, got: found === null ? tooLong : quotedText(text) };
}

function absenceMismatch(pattern: RegExp | null, text: string): Mismatch | null {
  if (pattern === null) return null;
  const found = isFound(pattern, [text]);
  if (found === false) return null;
  return { expected: `output without ${patternText(pattern)}`, got: found === null ? tooLong : quotedText(text) };
}

/** What is said of a search that was given up. */
export const tooLong = "the search took too long: write the pattern without repetitions of repetitions";

/** A command's last line end is no line of its own. */
function withoutEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
