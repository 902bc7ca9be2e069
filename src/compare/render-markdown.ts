import { codeMarkdown, escapeMarkdown, foldedMarkdown, tableMarkdown } from "../vuln/report/markdown-text.ts";
import type { Comparison } from "./comparison.ts";
import { environmentChanges, overviewRows, readingNotes } from "./overview.ts";

/** The comparison as markdown, before → after. `turned` as in the text form. */
export function renderMarkdown(comparison: Comparison, { turned }: { readonly turned: boolean }): string {
  const heading = `## ${codeMarkdown(comparison.baseline.reference)} → ${codeMarkdown(comparison.analysed.reference)}\n`;
  const parts = [
    heading,
    turned ? "The image after `--to` is the hardened one; it is shown as after.\n" : "",
    overviewMarkdown(comparison),
    notesMarkdown(comparison),
    changesMarkdown(comparison),
    advisoriesMarkdown(comparison),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** The overview table, headed with both references. */
export function overviewMarkdown(comparison: Comparison): string {
  const { baseline, analysed } = comparison;
  const head = [
    "",
    `before: ${codeMarkdown(baseline.reference)}`,
    `after: ${codeMarkdown(analysed.reference)}`,
    "change",
  ];
  const rows = overviewRows(comparison).map((row) => [
    row.part ? `&nbsp;&nbsp;${escapeMarkdown(row.label)}` : `**${escapeMarkdown(row.label)}**`,
    escapeMarkdown(row.before),
    escapeMarkdown(row.after),
    escapeMarkdown(row.change),
  ]);
  return tableMarkdown(head, { rows, right: [1, 2, 3] });
}

/** What to know to read the figures right. */
export function notesMarkdown(comparison: Comparison): string {
  return readingNotes(comparison)
    .map(
      (note) =>
        `- ${note
          .split("`")
          .map((part, index) => (index % 2 === 1 ? codeMarkdown(part) : escapeMarkdown(part)))
          .join("")}\n`,
    )
    .join("");
}

/** Every finding, package and variable that came or went, folded. */
export function changesMarkdown(comparison: Comparison): string {
  const { packages, vulnerabilities } = comparison.changes;
  const environment = environmentChanges(comparison);
  const text = escapeMarkdown;
  const folded = (title: string, head: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? "" : `${foldedMarkdown(`${title} (${rows.length})`, tableMarkdown(head, { rows }))}\n`;
  return [
    folded(
      "Vulnerabilities removed",
      ["Vulnerability", "Severity", "Package", "Why it is gone"],
      vulnerabilities.removed.map((item) => [
        text(item.id),
        item.severity,
        text(`${item.package.name} ${item.package.version}`),
        text(item.explanation.text),
      ]),
    ),
    folded(
      "Vulnerabilities added",
      ["Vulnerability", "Severity", "Package", "Fixed in"],
      vulnerabilities.added.map((item) => [
        text(item.id),
        item.severity,
        text(`${item.package.name} ${item.package.version}`),
        text(item.fixedVersion ?? "no fix"),
      ]),
    ),
    folded(
      "Packages removed",
      ["Package", "Version", "Type"],
      packages.removed.map((item) => [text(item.name), text(item.version), item.type]),
    ),
    folded(
      "Packages added",
      ["Package", "Version", "Type"],
      packages.added.map((item) => [text(item.name), text(item.version), item.type]),
    ),
    folded(
      "Packages changed",
      ["Package", "Before", "After"],
      packages.changed.map((item) => [text(item.package.name), text(item.from), text(item.package.version)]),
    ),
    folded(
      "Environment",
      ["", "Variable"],
      [
        ...environment.removed.map((variable) => ["−", codeMarkdown(variable)]),
        ...environment.added.map((variable) => ["+", codeMarkdown(variable)]),
      ],
    ),
  ].join("");
}

/** The sources the findings rest on. */
export function advisoriesMarkdown({ advisories }: Comparison): string {
  if (advisories.length === 0) return "";
  const rows = advisories.map(({ source, asOf, records, knowsUnfixed }) => [
    escapeMarkdown(source),
    escapeMarkdown(asOf),
    String(records),
    knowsUnfixed ? "fixed and unfixed" : "fixed only",
  ]);
  return tableMarkdown(["Advisories", "As of", "Records", "Knows"], { rows, right: [2] });
}
