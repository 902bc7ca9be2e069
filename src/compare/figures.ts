import type { Severity } from "../vuln/model.ts";
import { severityLetters } from "../vuln/report/words.ts";

/** A number before and after. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

/** Bytes in decimal megabytes with one digit after the point: `82.4 MB`. Below 0.1 MB in kB. */
export function megabytes(bytes: number): string {
  return Math.abs(bytes) < 100_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A difference with its sign: `−289`, `+3`, `±0`. */
export function signed(value: number, show: (value: number) => string = String): string {
  if (value === 0) return "±0";
  return `${value < 0 ? "−" : "+"}${show(Math.abs(value))}`;
}

/** The change in percent of what was before, `−41.5 %`, whole where nothing stands behind the point; null from zero. */
export function percentage({ before, after }: Change): string | null {
  if (before === 0) return null;
  const percent = (Math.abs(after - before) / before) * 100;
  const rounded = after !== 0 && percent > 99.9 && percent < 100 ? 99.9 : Math.round(percent * 10) / 10;
  if (after === before) return "±0 %";
  return `${after < before ? "−" : "+"}${rounded} %`;
}

/** A difference and its percentage: `−289 (−90 %)`. */
export function changeText(change: Change, show: (value: number) => string = String): string {
  const percent = change.before === change.after ? null : percentage(change);
  return `${signed(change.after - change.before, show)}${percent === null ? "" : ` (${percent})`}`;
}

/** A change for use behind its value, ` (−289, −90 %)`; nothing where nothing changed. */
export function changeBehind(change: string): string {
  return change === "" || change === "±0" ? "" : ` (${change.replace(" (", ", ").replace(")", "")})`;
}

/** A list in one line; `none` when it is empty. */
export function listText(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}

/** A number that may not be known. */
export function numberText(value: number | null): string {
  return value === null ? "unknown" : String(value);
}

/** What changes by severity in short, `−4C −13H +1N`, and nothing of what does not; `±0` where nothing does. */
export function severityChangeText(
  changes: readonly { readonly severity: Severity; readonly difference: number }[],
): string {
  const shown = changes
    .filter(({ difference }) => difference !== 0)
    .map(({ severity, difference }) => `${signed(difference)}${severityLetters[severity]}`);
  return shown.length === 0 ? "±0" : shown.join(" ");
}

/** The first 12 hexadecimal digits of a digest, as people tell images apart. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1).slice(0, 12);
}

/** A text in full as far as it has no more than `limit` characters, else its beginning and how long it is. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const beginning = text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");
  return `${beginning}… (${text.length} characters)`;
}
