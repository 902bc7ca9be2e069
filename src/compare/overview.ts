import { type Severity, severities } from "../vuln/model.ts";
import { countsText } from "../vuln/report/words.ts";
import type { ComparedImage, Comparisons } from "./comparison.ts";
import { changeText, listText, megabytes, numberText, severityChangeText, shortDigest } from "./figures.ts";

/** The images of an overview: what the others are held against, and these. */
export interface Overview {
  readonly baseline: ComparedImage;
  readonly analysed: readonly ComparedImage[];
}

/** A row of the overview. `part` rows break the row before them down. */
export interface OverviewRow {
  readonly label: string;
  readonly part: boolean;
  readonly before: string;
  /** One for each analysed image; `change` is empty where it has none. */
  readonly after: readonly { readonly value: string; readonly change: string }[];
}

/** The images of comparisons with one baseline. */
export function overviewOf(comparisons: Comparisons): Overview {
  return { baseline: comparisons[0].baseline, analysed: comparisons.map(({ analysed }) => analysed) };
}

/** Which images these are: digest, tag, platform, where they come from. What is known of none is left out. */
export function identityRows(overview: Overview): readonly OverviewRow[] {
  const row = (label: string, pick: (image: ComparedImage) => string | null) => {
    const isKnown = [overview.baseline, ...overview.analysed].some((image) => pick(image) !== null);
    return isKnown ? [words(label, overview, (image) => pick(image) ?? "unknown")] : [];
  };
  return [
    ...row("Digest", ({ digest }) => (digest === null ? null : shortDigest(digest))),
    ...row("Tag", ({ tag }) => tag),
    ...row("Platform", ({ platform }) => platform),
    ...row("Provenance", provenanceText),
    ...row("Base image", baseText),
  ];
}

/** The images in rows: vulnerabilities, packages, size, configuration. */
export function overviewRows(overview: Overview): readonly OverviewRow[] {
  const { baseline, analysed } = overview;
  const count = (label: string, pick: (image: ComparedImage) => number, part = false) =>
    figures(label, overview, { pick, show: String, part });
  const size = (label: string, pick: (image: ComparedImage) => number) =>
    figures(label, overview, { pick, show: megabytes, part: false });
  const images = [baseline, ...analysed];
  const isSuppressing = images.some(({ vulnerabilities }) => vulnerabilities.suppressed > 0);
  const types = new Set(images.flatMap(({ packages }) => Object.keys(packages.byType)));
  return [
    vulnerabilityRow(overview),
    severityRow(overview),
    count("fixable", ({ vulnerabilities }) => vulnerabilities.fixable, true),
    { ...words("unfixed", overview, ({ vulnerabilities }) => numberText(vulnerabilities.unfixed)), part: true },
    ...(isSuppressing ? [count("suppressed", ({ vulnerabilities }) => vulnerabilities.suppressed, true)] : []),
    count("Packages", ({ packages }) => packages.total),
    ...[...types].toSorted().map((type) => count(type, ({ packages }) => packages.byType[type] ?? 0, true)),
    size("Size, compressed", (image) => image.size.compressed),
    size("Size, unpacked", (image) => image.size.unpacked),
    ...configurationRows(overview),
  ];
}

/** User, shell, package manager, and what is started. */
export function configurationRows(overview: Overview): readonly OverviewRow[] {
  const row = (label: string, pick: (image: ComparedImage) => string) => words(label, overview, pick);
  const command = (parts: readonly string[]) => (parts.length === 0 ? "none" : JSON.stringify(parts));
  return [
    row("User", ({ user }) => user || "root"),
    row("Shell", ({ shells }) => listText(shells)),
    row("Package manager", ({ packageManagers }) => listText(packageManagers)),
    row("Entrypoint", ({ entrypoint }) => command(entrypoint)),
    row("Command", ({ cmd }) => command(cmd)),
    row("Ports", ({ ports }) => listText(ports)),
  ];
}

function words(label: string, { baseline, analysed }: Overview, pick: (image: ComparedImage) => string): OverviewRow {
  const after = analysed.map((image) => ({ value: pick(image), change: "" }));
  return { label, part: false, before: pick(baseline), after };
}

interface Figures {
  readonly pick: (image: ComparedImage) => number;
  readonly show: (value: number) => string;
  readonly part: boolean;
}

function figures(label: string, { baseline, analysed }: Overview, { pick, show, part }: Figures): OverviewRow {
  const before = pick(baseline);
  const after = analysed.map((image) => {
    return { value: show(pick(image)), change: changeText({ before, after: pick(image) }, show) };
  });
  return { label, part, before: show(before), after };
}

/** Where no source lists what is unfixed, the sum is only of what is known, and says so. */
function vulnerabilityRow({ baseline, analysed }: Overview): OverviewRow {
  const text = ({ vulnerabilities: { total, unfixed } }: ComparedImage) =>
    unfixed === null ? `${total} known` : `${total}`;
  const after = analysed.map((image) => {
    const change = changeText({ before: baseline.vulnerabilities.total, after: image.vulnerabilities.total });
    return { value: text(image), change };
  });
  return { label: "Vulnerabilities", part: false, before: text(baseline), after };
}

function severityRow({ baseline, analysed }: Overview): OverviewRow {
  const after = analysed.map(({ vulnerabilities }) => {
    const difference = (severity: Severity) => vulnerabilities[severity] - baseline.vulnerabilities[severity];
    const changes = severities.map((severity) => ({ severity, difference: difference(severity) }));
    return { value: countsText(vulnerabilities), change: severityChangeText(changes) };
  });
  return { label: "by severity", part: true, before: countsText(baseline.vulnerabilities), after };
}

function provenanceText({ provenance }: ComparedImage): string | null {
  if (provenance === null) return null;
  const { repository, revision } = provenance;
  const commit = revision !== null && /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 12) : revision;
  return [repository, commit].filter((part) => part !== null).join(" ");
}

function baseText({ base }: ComparedImage): string | null {
  if (base === null) return null;
  return base.reference ?? shortDigest(base.digest ?? base.chainId);
}
