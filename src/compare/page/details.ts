import type { Finding } from "../../vuln/model.ts";
import { type Html, html } from "../../vuln/report/page/html.ts";
import { knowsText, stateText } from "../../vuln/report/words.ts";
import type { Comparison, SettingChanges } from "../comparison.ts";
import { shortened } from "../figures.ts";
import { packageRows } from "../package-rows.ts";
import { swatch } from "./measures.ts";

/** The longest value of a variable or label, in characters. */
const valueLimit = 2000;

/** Every finding, package, variable and label that came or went, and the sources, each list folded. */
export function details({ changes, advisories, policy }: Comparison): Html {
  const { packages, vulnerabilities, environment, labels } = changes;
  return html`${folded("Vulnerabilities removed, and why", {
    head: ["Vulnerability", "Severity", "Package", "Why it is gone"],
    rows: vulnerabilities.removed.map((item) => [...findingCells(item), html`${item.explanation.text}`]),
  })}
${findings("Vulnerabilities added", vulnerabilities.added)}
${findings("Vulnerabilities unchanged", vulnerabilities.unchanged)}
${folded("Packages changed", {
  head: ["", "Package", "Before", "After", "Type"],
  rows: packageRows(packages).map(({ mark, name, before, after, type }) => [
    ...[html`${mark}`, html`${name}`, html`${before}`, html`${after}`, html`${type}`],
  ]),
})}
${settings("Environment variables", environment)}
${settings("Labels", labels)}
${folded(`Sources of vulnerability data, policy ${policy}`, {
  head: ["Source", "As of", "Records", "Knows"],
  rows: advisories.map(({ source, asOf, records, knowsUnfixed }) => [
    html`${source}`,
    html`${asOf}`,
    html`${records}`,
    html`${knowsText({ source, knowsUnfixed })}`,
  ]),
})}`;
}

function findings(title: string, items: readonly Finding[]): Html {
  return folded(title, {
    head: ["Vulnerability", "Severity", "Package", "Fixed in"],
    rows: items.map((item) => [...findingCells(item), html`${stateText(item)}`]),
  });
}

function findingCells({ id, severity, package: { name, version } }: Finding): readonly Html[] {
  return [html`${id}`, html`<span class="severity">${swatch(severity)}${severity}</span>`, html`${name} ${version}`];
}

function settings(title: string, { removed, added, changed }: SettingChanges): Html {
  const value = (text: string) => html`<code>${shortened(text, valueLimit)}</code>`;
  return folded(title, {
    head: ["", "Name", "Before", "After"],
    rows: [
      ...removed.map((item) => [html`removed`, value(item.name), value(item.value), html``]),
      ...added.map((item) => [html`added`, value(item.name), html``, value(item.value)]),
      ...changed.map(({ name, from, to }) => [html`changed`, value(name), value(from), value(to)]),
    ],
  });
}

interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Html[])[];
}

function folded(title: string, { head, rows }: Rows): Html {
  if (rows.length === 0) return html``;
  return html`<details>
<summary>${title}<span class="count">${rows.length}</span></summary>
<div>${table({ head, rows })}</div>
</details>`;
}

function table({ head, rows }: Rows): Html {
  return html`<table>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>`;
}
