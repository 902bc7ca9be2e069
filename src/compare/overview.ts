import type { VulnerabilityCounts } from "../vuln/model.ts";
import type { ComparedImage, Comparison } from "./comparison.ts";
import { changeText, listText, megabytes, numberText, severityText } from "./figures.ts";
import type { TrialReport } from "./trial-report.ts";

/** A row of the overview. `part` rows break the row before them down. */
export interface OverviewRow {
  readonly label: string;
  readonly part: boolean;
  readonly before: string;
  readonly after: string;
  readonly change: string;
}

/** The comparison in rows, baseline before, analysed after. */
export function overviewRows({ baseline, analysed }: Comparison): readonly OverviewRow[] {
  const [left, right] = [baseline.vulnerabilities, analysed.vulnerabilities];
  const count = (label: string, pick: (image: ComparedImage) => number, part = false): OverviewRow => {
    const change = { before: pick(baseline), after: pick(analysed) };
    return { label, part, before: `${change.before}`, after: `${change.after}`, change: changeText(change) };
  };
  const size = (label: string, pick: (image: ComparedImage) => number): OverviewRow => {
    const change = { before: pick(baseline), after: pick(analysed) };
    const [before, after] = [megabytes(change.before), megabytes(change.after)];
    return { label, part: false, before, after, change: changeText(change, megabytes) };
  };
  const words = (label: string, pick: (image: ComparedImage) => string, part = false): OverviewRow => ({
    label,
    part,
    before: pick(baseline),
    after: pick(analysed),
    change: "",
  });
  const suppressed = left.suppressed + right.suppressed > 0;
  return [
    vulnerabilityRow(left, right),
    words("by severity", ({ vulnerabilities }) => severityText(vulnerabilities), true),
    count("fixable", ({ vulnerabilities }) => vulnerabilities.fixable, true),
    words("unfixed", ({ vulnerabilities }) => numberText(vulnerabilities.unfixed), true),
    ...(suppressed ? [count("suppressed", ({ vulnerabilities }) => vulnerabilities.suppressed, true)] : []),
    count("Packages", ({ packages }) => packages.total),
    ...packageTypes({ baseline, analysed }).map((type) =>
      count(type, ({ packages }) => packages.byType[type] ?? 0, true),
    ),
    size("Size, compressed", (image) => image.size.compressed),
    size("Size, unpacked", (image) => image.size.unpacked),
    ...configurationRows({ baseline, analysed }),
  ];
}

/** Where no source lists what is unfixed, the sum is only of what is known, and says so. */
function vulnerabilityRow(before: VulnerabilityCounts, after: VulnerabilityCounts): OverviewRow {
  const text = ({ total, unfixed }: VulnerabilityCounts) => (unfixed === null ? `${total} known` : `${total}`);
  const change = changeText({ before: before.total, after: after.total });
  return { label: "Vulnerabilities", part: false, before: text(before), after: text(after), change };
}

/** User, shell, package manager, and what is started, of both images. */
export function configurationRows({
  baseline,
  analysed,
}: Pick<Comparison, "baseline" | "analysed">): readonly OverviewRow[] {
  const row = (label: string, pick: (image: ComparedImage) => string): OverviewRow => ({
    label,
    part: false,
    before: pick(baseline),
    after: pick(analysed),
    change: "",
  });
  const command = (words: readonly string[]) => (words.length === 0 ? "none" : JSON.stringify(words));
  return [
    row("User", ({ user }) => user || "root"),
    row("Shell", ({ shells }) => listText(shells)),
    row("Package manager", ({ packageManagers }) => listText(packageManagers)),
    row("Entrypoint", ({ entrypoint }) => command(entrypoint)),
    row("Command", ({ cmd }) => command(cmd)),
    row("Ports", ({ ports }) => listText(ports)),
  ];
}

/** Environment variables that only one of the images has, as `NAME=value`. */
export function environmentChanges({ baseline, analysed }: Pick<Comparison, "baseline" | "analysed">) {
  const [before, after] = [new Set(baseline.environment), new Set(analysed.environment)];
  return {
    removed: baseline.environment.filter((variable) => !after.has(variable)),
    added: analysed.environment.filter((variable) => !before.has(variable)),
  };
}

/** What a reader has to know to read the figures right, in sentences. */
export function readingNotes(comparison: Comparison): readonly string[] {
  const { baseline, analysed, advisories } = comparison;
  const unknown = baseline.vulnerabilities.unfixed === null || analysed.vulnerabilities.unfixed === null;
  const notes = [baseline, analysed].flatMap((image) => image.notes.map((note) => `${image.reference}: ${note}`));
  if (unknown) {
    notes.push(
      "Unfixed vulnerabilities are unknown: no source here lists them. `hardpan db update` fetches such a source, `hardpan db import DIR` takes one from files.",
    );
  }
  if (advisories.length === 0) notes.push("No source of advisories was at hand: vulnerabilities were not looked for.");
  return notes;
}

/** What a reader of a trial's report has to know: the comparison's notes, and where parts come from that these do not say. */
export function trialNotes({ compare, origins }: Pick<TrialReport, "compare" | "origins">): readonly string[] {
  const notes = readingNotes(compare);
  return [...notes, ...origins.filter((origin) => !notes.some((note) => note.endsWith(origin)))];
}

/** The package types of both images, as they are counted. */
function packageTypes({ baseline, analysed }: Pick<Comparison, "baseline" | "analysed">): readonly string[] {
  return [...new Set([...Object.keys(baseline.packages.byType), ...Object.keys(analysed.packages.byType)])].toSorted();
}
