import { isFound, quotedText } from "./pattern.ts";
import type { Mismatch } from "./result.ts";
import type { Expectation } from "./spec/model.ts";

/** How a command ended. `exitCode` is null where it did not end in time. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started. */
  readonly error: string | null;
}

/** Where a command did not end as expected; null where it did. `timeout` is in seconds. */
export function commandMismatch(end: CommandEnd, expectation: Expectation, timeout: number): Mismatch | null {
  const { exitCodes, output, notOutput, errorOutput } = expectation;
  const stdout = withoutEnd(end.stdout);
  const stderr = withoutEnd(end.stderr);
  const said = quotedText((stderr || stdout).slice(-500));
  if (end.exitCode === null)
    return { expected: `ends within ${timeout} s`, got: `it still ran; it had written ${said}` };
  if (end.error !== null && !exitCodes.includes(end.exitCode)) {
    return { expected: "a command that starts", got: end.error };
  }
  if (!exitCodes.includes(end.exitCode)) {
    return {
      expected: `exit code ${exitCodes.join(" or ")}`,
      got: `exit code ${end.exitCode}, having written ${said}`,
    };
  }
  return (
    textMismatch(output, stdout, "output") ??
    textMismatch(errorOutput, stderr, "error output") ??
    absenceMismatch(notOutput, stdout)
  );
}

/** Where `text` has nothing that `pattern` stands for; `what` names the text. */
export function textMismatch(pattern: RegExp | null, text: string, what: string): Mismatch | null {
  if (pattern === null) return null;
  const found = isFound(pattern, text);
  if (found === true) return null;
  const expected = `${what} with ${pattern.source}`;
  return { expected, got: found === null ? tooLong : quotedText(text) };
}

function absenceMismatch(pattern: RegExp | null, text: string): Mismatch | null {
  if (pattern === null) return null;
  const found = isFound(pattern, text);
  if (found === false) return null;
  return { expected: `output without ${pattern.source}`, got: found === null ? tooLong : quotedText(text) };
}

const tooLong = "the search for it took too long: the pattern repeats a repetition";

/** A command's last line end is no line of its own. */
function withoutEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
