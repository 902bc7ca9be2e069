import type { Comparison } from "./comparison.ts";
import type { Change } from "./figures.ts";

/**
 * The gain in one sentence: `96 % fewer packages, 58 % smaller, 41 fewer vulnerabilities.` Says so where there is none, and
 * speaks of fixable vulnerabilities where no source knows the others.
 */
export function headline({ baseline, analysed }: Comparison): string {
  const parts = [
    share(
      { before: baseline.packages.total, after: analysed.packages.total },
      { less: "fewer packages", more: "more packages" },
    ),
    share({ before: baseline.size.compressed, after: analysed.size.compressed }, { less: "smaller", more: "larger" }),
    vulnerabilities({ baseline, analysed }),
  ];
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? "Nothing changed." : `${known.join(", ")}.`;
}

function share({ before, after }: Change, words: { readonly less: string; readonly more: string }): string | null {
  if (before === after || before === 0) return null;
  const percent = (Math.abs(after - before) / before) * 100;
  const shown = percent < 1 ? "under 1" : after < before ? String(Math.floor(percent)) : String(Math.ceil(percent));
  return `${shown} % ${after < before ? words.less : words.more}`;
}

function vulnerabilities({ baseline, analysed }: Pick<Comparison, "baseline" | "analysed">): string | null {
  const [left, right] = [baseline.vulnerabilities, analysed.vulnerabilities];
  const difference = Math.abs(right.total - left.total);
  if (difference === 0) return null;
  const noun = difference === 1 ? "vulnerability" : "vulnerabilities";
  const which = left.unfixed === null || right.unfixed === null ? `fixable ${noun}` : noun;
  return `${difference} ${right.total < left.total ? "fewer" : "more"} ${which}`;
}
