import type { ComparedImage } from "./comparison.ts";

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

/** A list in one line; `none` when it is empty. */
export function listText(items: readonly string[]): string {
  return items.length === 0 ? "none" : items.join(", ");
}

/** A number that may not be known. */
export function numberText(value: number | null): string {
  return value === null ? "unknown" : String(value);
}

/** Counts by severity in short: `1C 5H 12M 3L 0N 0?`. */
export function severityText(counts: ComparedImage["vulnerabilities"]): string {
  const { critical, high, medium, low, negligible, unspecified } = counts;
  return `${critical}C ${high}H ${medium}M ${low}L ${negligible}N ${unspecified}?`;
}
