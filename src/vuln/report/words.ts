import { daysOld } from "../age.ts";
import { nothingKnown } from "../knowledge.ts";
import {
  type AdvisorySource,
  type AppliedStatement,
  type CvesReport,
  type CvssRating,
  type EpssScore,
  type Finding,
  type KnownExploited,
  type Severity,
  type Suppression,
  severities,
  type VulnerabilityCounts,
} from "../model.ts";
import { matchRules } from "../rules.ts";

/** Severities in short. */
export const severityLetters: Readonly<Record<Severity, string>> = {
  critical: "C",
  high: "H",
  medium: "M",
  low: "L",
  negligible: "N",
  unspecified: "?",
};

/** Counts by severity in short: `0C 1H 5M 12L 3N 2?`. */
export function countsText(counts: Readonly<Record<Severity, number>>): string {
  return severities.map((severity) => `${counts[severity]}${severityLetters[severity]}`).join(" ");
}

/** What the total is made of: `23 = 5 fixable + 18 unfixed (7 of them no-dsa), 3 negligible, 2 suppressed`. */
export function splitText({
  total,
  fixable,
  unfixed,
  noDsa,
  negligible,
  suppressed,
}: Omit<VulnerabilityCounts, "policy">) {
  const rest = `${negligible} negligible, ${suppressed} suppressed`;
  if (unfixed === null) return `${total} known: ${fixable} fixable, unfixed unknown, ${rest}`;
  const minor = noDsa === null || noDsa === 0 ? "" : ` (${noDsa} of them no-dsa)`;
  return `${total} = ${fixable} fixable + ${unfixed} unfixed${minor}, ${rest}`;
}

/** The counts of a report in short, and what they are made of; that nothing is known where there is nothing to look in. */
export function totalTexts({
  advisories,
  vulnerabilities,
}: Pick<CvesReport, "advisories" | "vulnerabilities">): readonly [short: string, long: string] {
  if (advisories.length === 0) return ["unknown", nothingKnown];
  return [countsText(vulnerabilities), splitText(vulnerabilities)];
}

/** What became of it: `fixed in 1.2-3`, `no fix, no-dsa`, `will not be fixed`. */
export function stateText({ state, triage, fixedVersion }: Pick<Finding, "state" | "triage" | "fixedVersion">): string {
  switch (state) {
    case "fixed":
      return fixedVersion === null ? "fixed" : `fixed in ${fixedVersion}`;
    case "affected": {
      const fix = fixedVersion === null ? "no fix" : `fix ${fixedVersion} not released`;
      return triage === null ? fix : `${fix}, ${triage}`;
    }
    case "wont-fix":
      return "will not be fixed";
    case "deferred":
      return "fix postponed";
    case "end-of-life":
      return "end of life, no more fixes";
  }
}

/** What to do about it, in a sentence. */
export function solutionText(finding: Finding): string {
  const { package: item, state, fixedVersion } = finding;
  const source = item.source?.name ?? item.name;
  const what = source === item.name ? item.name : `${item.name} (source package ${source})`;
  if (state === "fixed" && fixedVersion !== null) return `Update ${what} to ${fixedVersion} or later.`;
  return `There is no fixed version of ${what} to update to: ${stateText(finding)}.`;
}

/** How probable exploitation is: `EPSS 12.3 %`; below a tenth of a percent `EPSS <0.1 %`. */
export function epssText({ score }: EpssScore): string {
  return `EPSS ${percent(score)}`;
}

/** The percentile too: `EPSS 12.3 %, higher than 97.1 % of all`. */
export function longEpssText(epss: EpssScore): string {
  return `${epssText(epss)}, higher than ${percent(epss.percentile)} of all`;
}

function percent(share: number): string {
  const shown = (share * 100).toFixed(1);
  return share > 0 && shown === "0.0" ? "<0.1 %" : `${shown} %`;
}

/** `known to be exploited, listed 2026-01-02, to be mended by 2026-01-23, used by ransomware`. */
export function kevText({ added, due, ransomware }: KnownExploited): string {
  const until = due === null ? "" : `, to be mended by ${due}`;
  return `known to be exploited, listed ${added}${until}${ransomware ? ", used by ransomware" : ""}`;
}

/** Who said that it does not count, and why. */
export function suppressionText({ by, status, justification, statement }: Suppression): string {
  return `${status} by ${by}${reasonText({ justification, statement })}`;
}

/** What a VEX statement says, and whether that counts. */
export function statementText(said: AppliedStatement): string {
  const trust = said.trust === "trusted" ? "" : `${said.trust}: `;
  return `${trust}${said.status} by ${said.by} on ${said.timestamp?.slice(0, 10) ?? "an unknown day"}${reasonText(said)}`;
}

function reasonText({ justification, statement }: Pick<Suppression, "justification" | "statement">): string {
  const reasons = [justification, statement].filter((part) => part !== null && part !== "");
  return reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
}

/** How old a source's data was on the day of `created`: `today`, `1 day old`; `of unknown age` where a date is not one. */
export function ageText(
  { asOf, source = "" }: Pick<AdvisorySource, "asOf"> & { readonly source?: string },
  created: string,
): string {
  const moment = new Date(created);
  const days = Number.isNaN(moment.getTime()) ? null : daysOld({ source, asOf }, moment);
  if (days === null) return "of unknown age";
  return days === 0 ? "today" : days === 1 ? "1 day old" : `${days} days old`;
}

/** What sources that are no advisories are about. */
const otherSources: ReadonlyMap<string, string> = new Map([
  ["cisa-kev", "what is known to be exploited"],
  ["first-epss", "how probable exploitation is"],
  ["dhi-debian-triage", "decisions of Debian's security team"],
  ["debian-security-support", "what Debian no longer supports"],
  ["distro-info", "how long Debian's releases are supported"],
  ["vex", "VEX statements"],
  ["vex-dhi", "VEX statements"],
]);

/** What a source knows: `fixed and unfixed issues`, `fixed issues only`, or what else it is about. */
export function knowsText({ source, knowsUnfixed }: Pick<AdvisorySource, "source" | "knowsUnfixed">): string {
  return otherSources.get(source) ?? (knowsUnfixed ? "fixed and unfixed issues" : "fixed issues only");
}

/** How many sources there are and how old: `13 sources, the oldest of 2024-09-07, the newest of 2026-11-26`. */
export function sourcesText(advisories: readonly AdvisorySource[]): string {
  const days = advisories.map(({ asOf }) => asOf.slice(0, 10)).toSorted();
  const [oldest] = days;
  if (oldest === undefined) return "none";
  const newest = days.at(-1);
  if (newest === oldest) return `${numberOf(days.length, "source")} of ${oldest}`;
  return `${numberOf(days.length, "source")}, the oldest of ${oldest}, the newest of ${newest}`;
}

/** How a package came into the image; null where no base image is known. */
export function originText(fromBase: boolean | null, base: string | null): string | null {
  if (fromBase === null) return null;
  return fromBase ? `from the base image${base === null ? "" : ` ${base}`}` : "added to the base image";
}

/** `1 package`, `2 packages`. */
export function numberOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A rating: `7.5 (CVSS 3.1, nvd) CVSS:3.1/AV:N/…`. */
export function ratingText({ source, version, vector, score }: CvssRating): string {
  return `${score === null ? "not scored" : score.toFixed(1)} (CVSS ${version}, ${source}) ${vector}`;
}

/** The rule's name and meaning. */
export function ruleText(rule: string): string {
  const meaning = new Map<string, string>(Object.entries(matchRules)).get(rule);
  return meaning === undefined ? rule : `${rule}: ${meaning}`;
}

/** Bytes in decimal megabytes, always with one digit after the point: `45.4 MB`, `0.0 MB`. */
export function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
