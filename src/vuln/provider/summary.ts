/** Longest summary kept, in characters. */
const length = 200;

/** `text` as a summary of one line; null where there is none. Markers such as `Issue summary:` are no part of it. */
export function summaryOfText(text: string | null): string | null {
  const line = (text ?? "")
    .slice(0, 10 * length)
    .replace(/\s+/g, " ")
    .replace(/^ ?(?:Issue summary: )?/, "")
    .trimEnd();
  return line === "" ? null : line.slice(0, length);
}
