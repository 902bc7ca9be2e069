import { nothingKnown } from "../knowledge.ts";
import type { VulnerabilityCounts } from "../model.ts";
import { countsText, inMegabytes, sourcesText } from "../report/words.ts";
import type { Recommendation, Recommendations } from "./model.ts";

/** How many updates of packages are named; the rest is counted. */
const limit = 12;

/** Recommendations for people: what is counted now, then what could be done, most removed first. */
export function renderRecommendations(report: Recommendations): string {
  const { image, base, vulnerabilities, recommendations, notConsidered, policy, packages, size } = report;
  const isKnown = report.advisories.length > 0;
  const now = [
    `${image.reference}\n`,
    isKnown ? `  counted      ${totalText(vulnerabilities)} (policy ${policy})\n` : "  counted      unknown\n",
    ...(isKnown ? [`  advisories   ${sourcesText(report.advisories)}\n`] : []),
    `  packages     ${packages}\n`,
    ...(size === null ? [] : [`  size         ${inMegabytes(size)}\n`]),
    base === null
      ? "  base         not known; name it with --base\n"
      : `  base         ${base.reference} (${base.namedBy})\n`,
  ];
  const parts = recommendations.map((one, i) => recommendationText(one, { number: i + 1, report }));
  const none = isKnown ? "Nothing was found that would remove any of it." : nothingKnown;
  const nothing = recommendations.length === 0 || !isKnown ? [`\n${none}\n`] : [];
  const reasons = notConsidered.map(
    ({ kind, reference, reason }) => `  ${kind}${reference === null ? "" : ` ${reference}`}: ${reason}\n`,
  );
  const rest = reasons.length === 0 ? [] : ["\nNot considered\n", ...reasons];
  return [...now, ...parts, ...nothing, ...rest].join("");
}

function recommendationText(
  one: Recommendation,
  { number, report }: { readonly number: number; readonly report: Recommendations },
): string {
  const comes = one.adds === 0 ? "" : `, ${one.adds} come`;
  const { total } = report.vulnerabilities;
  const isSame = total - one.vulnerabilities.total === one.removes - one.adds;
  const effect = [
    `   counted ${total} → ${totalText(one.vulnerabilities)}\n`,
    `   removes ${one.removes}${comes}${isSame ? "" : ", each counted once for all packages of its source"}\n`,
  ];
  const lines = [
    `\n${number}. ${one.text}\n`,
    ...(report.advisories.length === 0 ? [] : effect),
    ...(one.packages === null || one.updates.length > 0 ? [] : [`   packages ${report.packages} → ${one.packages}\n`]),
    ...(one.size === null || report.size === null
      ? []
      : [`   size ${inMegabytes(report.size)} → ${inMegabytes(one.size)}\n`]),
    ...one.updates
      .slice(0, limit)
      .map(({ package: { name, version }, to, mends }) => `   ${name} ${version} → ${to} (${mends})\n`),
    ...(one.updates.length > limit ? [`   … and ${one.updates.length - limit} more (--format json lists all)\n`] : []),
    ...one.notes.map((note) => `   ${note}\n`),
  ];
  return lines.join("");
}

function totalText(counts: VulnerabilityCounts): string {
  return `${counts.total}: ${countsText(counts)}`;
}
