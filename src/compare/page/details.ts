import { type Html, html } from "../../vuln/report/page/html.ts";
import type { Comparison } from "../comparison.ts";
import { environmentChanges } from "../overview.ts";
import { swatch } from "./measures.ts";

/** Every finding, package and variable that came or went, and the sources, each list folded. */
export function details(comparison: Comparison): Html {
  const { packages, vulnerabilities } = comparison.changes;
  const environment = environmentChanges(comparison);
  return html`${folded("Vulnerabilities removed, and why", {
    head: ["Vulnerability", "Severity", "Package", "Why it is gone"],
    rows: vulnerabilities.removed.map((item) => [
      html`${item.id}`,
      html`<span class="severity">${swatch(item.severity)}${item.severity}</span>`,
      html`${item.package.name} ${item.package.version}`,
      html`${item.explanation.text}`,
    ]),
  })}
${folded("Vulnerabilities added", {
  head: ["Vulnerability", "Severity", "Package", "Fixed in"],
  rows: vulnerabilities.added.map((item) => [
    html`${item.id}`,
    html`<span class="severity">${swatch(item.severity)}${item.severity}</span>`,
    html`${item.package.name} ${item.package.version}`,
    html`${item.fixedVersion ?? "no fix"}`,
  ]),
})}
${folded("Packages removed", {
  head: ["Package", "Version", "Type"],
  rows: packages.removed.map((item) => [html`${item.name}`, html`${item.version}`, html`${item.type}`]),
})}
${folded("Packages added", {
  head: ["Package", "Version", "Type"],
  rows: packages.added.map((item) => [html`${item.name}`, html`${item.version}`, html`${item.type}`]),
})}
${folded("Packages changed", {
  head: ["Package", "Before", "After"],
  rows: packages.changed.map((item) => [html`${item.package.name}`, html`${item.from}`, html`${item.package.version}`]),
})}
${folded("Environment", {
  head: ["", "Variable"],
  rows: [
    ...environment.removed.map((variable) => [html`removed`, html`<code>${variable}</code>`]),
    ...environment.added.map((variable) => [html`added`, html`<code>${variable}</code>`]),
  ],
})}
${folded("Sources of vulnerability data", {
  head: ["Source", "As of", "Records", "Knows"],
  rows: comparison.advisories.map(({ source, asOf, records, knowsUnfixed }) => [
    html`${source}`,
    html`${asOf}`,
    html`${records}`,
    html`${knowsUnfixed ? "fixed and unfixed" : "fixed only"}`,
  ]),
})}`;
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
