import { CodedError } from "../error.ts";

/** What is printed of a failure: the message, what to do next, and its code. Bugs keep their stack. */
export function describeFailure(failure: unknown): string {
  if (failure instanceof CodedError) {
    const hint = failure.hint === undefined ? "" : `\nhint: ${failure.hint}`;
    return `error: ${failure.message}${hint}\n(${failure.code}${causeOf(failure)})\n`;
  }
  if (isInterruption(failure)) return "interrupted\n";
  if (failure instanceof Error) return `error: ${failure.stack ?? failure.message}\n`;
  return `error: ${String(failure)}\n`;
}

/** Whether `failure` is the abort that Ctrl-C causes. */
export function isInterruption(failure: unknown): boolean {
  return failure instanceof Error && failure.name === "AbortError";
}

/** What the cause says besides. */
function causeOf(failure: Error): string {
  const line = failure.cause instanceof Error ? (failure.cause.message.split("\n")[0] ?? "") : "";
  return !/\w/.test(line) || failure.message.includes(line) ? "" : `: ${line}`;
}
