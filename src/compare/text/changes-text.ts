import { printable } from "../../sbom/list.ts";
import type { Finding } from "../../vuln/model.ts";
import { stateText } from "../../vuln/report/words.ts";
import type { Comparison, SettingChanges } from "../comparison.ts";
import { shortened } from "../figures.ts";
import { marksText } from "../mark.ts";
import { type PackageGroup, packageGroups, removalReason } from "../package-groups.ts";
import type { TerminalOptions } from "./overview-text.ts";
import { painter } from "./paint.ts";
import { wrapped } from "./wrap.ts";

/** How much of the changes to print. */
export interface ChangesOptions extends TerminalOptions {
  /** How many packages, vulnerabilities of one and settings of a kind; the rest is counted. */
  readonly limit: number;
}

/** The longest value of a variable or label, in characters. */
const valueLimit = 1000;

/** Environment, labels, packages and vulnerabilities, in sections, each with its marks. */
export function changesText({ changes, ...comparison }: Comparison, options: ChangesOptions): readonly string[] {
  const sections = [
    settingsText("Environment variables", changes.environment, options),
    settingsText("Labels", changes.labels, options),
    packagesText({ ...comparison, changes }, options),
  ];
  return sections.filter((section) => section !== "");
}

interface Line {
  readonly text: string;
  readonly indent: number;
  readonly paint: (line: string) => string;
}

function settingsText(title: string, { removed, added, changed }: SettingChanges, options: ChangesOptions): string {
  const value = (text: string) => shortened(text, valueLimit);
  const all = [
    ...removed.map((item) => `- ${item.name}=${value(item.value)}`),
    ...added.map((item) => `+ ${item.name}=${value(item.value)}`),
    ...changed.map((item) => `~ ${item.name}: ${value(item.from)} → ${value(item.to)}`),
  ];
  if (all.length === 0) return "";
  const counts = marksText([
    ...removed.map(() => "-" as const),
    ...added.map(() => "+" as const),
    ...changed.map(() => "~" as const),
  ]);
  const paint = painter(options.colour);
  const lines = all.slice(0, options.limit).map((text) => ({ text, indent: 2, paint: paint.plain }));
  return sectionText(`${title} (${counts})`, { lines, hidden: all.length - lines.length, options });
}

function packagesText(comparison: Comparison, options: ChangesOptions): string {
  const groups = packageGroups(comparison);
  if (groups.length === 0) return "";
  const shown = groups.slice(0, options.limit);
  const lines = shown.flatMap((group) => groupLines(group, options));
  const counts = marksText(groups.map(({ mark }) => mark));
  const title = `Packages and vulnerabilities${counts === "" ? "" : ` (${counts})`}`;
  return sectionText(title, { lines, hidden: groups.length - shown.length, options });
}

function groupLines(group: PackageGroup, { limit, colour }: ChangesOptions): readonly Line[] {
  const { mark, package: item, from } = group;
  const paint = painter(colour);
  const version = from === null ? item.version : `${from} → ${item.version}`;
  const marked = {
    "-": paint.good,
    "+": paint.bad,
    "↑": paint.good,
    "↓": paint.bad,
    "~": paint.plain,
    " ": paint.plain,
  };
  const line = (text: string, style: Line["paint"]): Line => ({ text, indent: 6, paint: style });
  const about = ({ id, severity }: Finding, text: string) => `${id} ${severity}${text === "" ? "" : `, ${text}`}`;
  const findings = [
    ...group.added.map((finding) => line(`+ ${about(finding, stateText(finding))}`, paint.bad)),
    ...group.removed.map((finding) => line(`- ${about(finding, removalReason(group, finding))}`, paint.good)),
    ...group.unchanged.map((finding) => line(`  ${about(finding, stateText(finding))}`, paint.plain)),
  ];
  const shown = findings.slice(0, limit);
  const hidden = findings.length - shown.length;
  return [
    { text: `${mark} ${item.name} ${version} (${item.type})`, indent: 2, paint: marked[mark] },
    ...shown,
    ...(hidden > 0 ? [line(`  … and ${hidden} more`, paint.plain)] : []),
  ];
}

interface Section {
  readonly lines: readonly Line[];
  readonly hidden: number;
  readonly options: ChangesOptions;
}

function sectionText(title: string, { lines, hidden, options: { width, colour } }: Section): string {
  const shown = lines.flatMap(({ text, indent, paint }) => {
    const margin = " ".repeat(indent);
    // The mark stays where a blank would be a break: a line may begin with one.
    const [mark = "", rest] = [text.slice(0, 2), text.slice(2)];
    const inner = wrapped(printable(rest), { width: Math.max(width - indent - 2, 8), indent: 2 });
    return inner.map((line, at) => `${margin}${paint(`${at === 0 ? mark : "  "}${line}`)}\n`);
  });
  const more = hidden > 0 ? `  … and ${hidden} more; --details lists all\n` : "";
  return `${painter(colour).bold(title)}\n${shown.join("")}${more}`;
}
