import type { Finding } from "../../vuln/model.ts";
import { codeMarkdown, escapeMarkdown } from "../../vuln/report/markdown-text.ts";
import { stateText } from "../../vuln/report/words.ts";
import type { Comparison, SettingChanges } from "../comparison.ts";
import { shortened } from "../figures.ts";
import { packageRows } from "../package-rows.ts";
import type { FoldedTable } from "./fit.ts";

/** The longest value of a variable or label in a table, in characters. */
const valueLimit = 500;

/** Every finding, package, variable and label that came or went, as tables; what is new and bad stands first. */
export function changeTables({ changes }: Comparison): readonly FoldedTable[] {
  const { vulnerabilities, packages, environment, labels } = changes;
  const text = escapeMarkdown;
  const findings = (title: string, mark: string, items: readonly Finding[]): FoldedTable => ({
    title,
    head: ["", "Vulnerability", "Severity", "Package", "Fixed in"],
    rows: items.map((item) => [mark, text(item.id), item.severity, text(packageText(item)), text(stateText(item))]),
  });
  return [
    findings("Vulnerabilities added", "+", vulnerabilities.added),
    {
      title: "Vulnerabilities removed",
      head: ["", "Vulnerability", "Severity", "Package", "Why it is gone"],
      rows: vulnerabilities.removed.map((item) => {
        return ["-", text(item.id), item.severity, text(packageText(item)), text(item.explanation.text)];
      }),
    },
    findings("Vulnerabilities unchanged", "", vulnerabilities.unchanged),
    {
      title: "Packages changed",
      head: ["", "Package", "Before", "After", "Type"],
      rows: packageRows(packages).map(({ mark, name, before, after, type }) => {
        return [mark, text(name), text(before), text(after), text(type)];
      }),
    },
    settings("Environment variables", "Variable", environment),
    settings("Labels", "Label", labels),
  ];
}

function settings(title: string, noun: string, { removed, added, changed }: SettingChanges): FoldedTable {
  const code = (text: string) => codeMarkdown(shortened(text, valueLimit));
  return {
    title,
    head: ["", noun, "Before", "After"],
    rows: [
      ...removed.map(({ name, value }) => ["-", code(name), code(value), ""]),
      ...added.map(({ name, value }) => ["+", code(name), "", code(value)]),
      ...changed.map(({ name, from, to }) => ["~", code(name), code(from), code(to)]),
    ],
  };
}

function packageText({ package: { name, version } }: Finding): string {
  return `${name} ${version}`;
}
