import type { Direction } from "./comparison.ts";

/** Removed, added, newer, older, the same version written differently; a blank for a package that did not change. */
export type Mark = "-" | "+" | "↑" | "↓" | "~" | " ";

/** The mark of a package whose version changed. */
export const directionMarks: Readonly<Record<Direction, Mark>> = { up: "↑", down: "↓", same: "~" };

/** How many there are of each mark, `-230 +4 ↑5`; marks of none are left out. */
export function marksText(marks: readonly Mark[]): string {
  return (["-", "+", "↑", "↓", "~"] as const)
    .map((mark) => ({ mark, count: marks.filter((one) => one === mark).length }))
    .filter(({ count }) => count > 0)
    .map(({ mark, count }) => `${mark}${count}`)
    .join(" ");
}
