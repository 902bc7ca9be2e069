import { nothingKnown } from "../../knowledge.ts";
import { type CvesReport, type Finding, type Severity, severities } from "../../model.ts";
import { type AffectedPackage, affectedPackages, reasonsNotMatched } from "../by-package.ts";
import { pageOf } from "../links.ts";
import {
  ageText,
  countsText,
  knowsText,
  numberOf,
  originText,
  stateText,
  suppressionText,
  totalTexts,
} from "../words.ts";
import { findingDetails } from "./finding.ts";
import { type Html, html, trusted } from "./html.ts";
import { reportStyle } from "./style.ts";

/** When the page is made, ISO 8601, and by which version of the program. */
export interface HtmlOptions {
  readonly created: string;
  readonly toolVersion: string;
}

/** The report as one page that needs nothing else: no script, nothing loaded, light and dark, fit for print. */
export function renderHtml(report: CvesReport, options: HtmlOptions): string {
  const { image, findings, base } = report;
  const packages = affectedPackages(findings);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>Vulnerabilities of ${image.reference}</title>
<style>${trusted(reportStyle + ownStyle)}</style>
</head>
<body>
<main>
<header>
<p class="eyebrow">Hardpan cves · policy ${report.policy} · ${options.created.slice(0, 10)}${image.platform === null ? "" : ` · ${image.platform}`}</p>
<h1>${titleOf(report)}</h1>
<p class="swap"><code>${image.reference}</code></p>
${image.digest === null ? null : html`<p class="note"><code>${image.digest}</code></p>`}
</header>
${summary(report)}
<section aria-labelledby="packages">
<h2 id="packages">Packages with vulnerabilities (${packages.length})</h2>
${packages.map((item) => packageCard(item, base?.reference ?? null))}
</section>
${suppressed(findings)}
<section class="appendix" aria-labelledby="evidence">
<h2 id="evidence">What this rests on</h2>
${advisories(report, options)}
${notMatched(report)}
${notes(report)}
</section>
<footer><p>Made by hardpan ${options.toolVersion}, ${options.created}.</p></footer>
</main>
</body>
</html>
`;
  return page.markup;
}

const ownStyle = `
section > h2 { margin: 24px 0 10px; }
.card + .card { margin-top: 12px; }
.card h3 { font-size: 15px; margin: 0 0 2px; font-weight: 650; overflow-wrap: anywhere; }
.card p code { font-size: 12.5px; }
header + .card { margin-top: 14px; }
.scroll { overflow-x: auto; }
.findings { table-layout: fixed; min-width: 840px; }
.findings th:nth-child(1) { width: 12.5rem; } .findings th:nth-child(2) { width: 7.5rem; } .findings th:nth-child(3) { width: 11.5rem; }
.findings tbody th { white-space: normal; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.kev { color: var(--bad); font-weight: 600; }
.card details { border: 0; border-radius: 0; margin: 0; background: none; }
.card summary { padding: 6px 0; font-weight: 450; color: var(--soft); }
.card details > div { padding: 0 0 6px; }
caption { text-align: left; color: var(--soft); font-size: 13px; padding: 0 0 4px; }
@media print { ::details-content { content-visibility: visible; } .findings { min-width: 0; } }
.counts { font-size: 20px; font-weight: 650; margin: 0; }
`;

function titleOf({ advisories: sources, vulnerabilities: { total } }: CvesReport): string {
  if (sources.length === 0) return "Vulnerabilities unknown";
  return total === 1 ? "1 vulnerability" : `${total} vulnerabilities`;
}

function summary(report: CvesReport): Html {
  const { vulnerabilities, policy, policyEffects, filters, distribution, base, packages } = report;
  const effects = policyEffects.map(
    ({ rule, text, findings }) => html`<li><code>${rule}</code>: ${text} (${numberOf(findings, "finding")})</li>\n`,
  );
  const rows: readonly (readonly [string, string | null])[] = [
    ["System", distribution === null ? null : (distribution.prettyName ?? distribution.id)],
    ["Base image", base === null ? null : (base.reference ?? base.digest ?? base.chainId)],
    ["Packages", String(packages.total)],
    ["Policy", policy],
    ["Filters", filters.length === 0 ? null : filters.join(" ")],
  ];
  const shown = rows.flatMap(([name, text]) =>
    text === null ? [] : [html`<tr><th scope="row">${name}</th><td>${text}</td></tr>\n`],
  );
  const legend = severities.map(
    (severity) => html`<span>${swatch(severity)}${severity} ${vulnerabilities[severity]}</span> `,
  );
  const [short, long] = totalTexts(report);
  return html`<section class="card" aria-label="Summary">
<p class="counts">${short}</p>
<p>${long}</p>
${report.advisories.length === 0 ? null : html`<p class="legend">${legend}</p>`}
<table class="facts"><caption><span class="hidden">What was looked at, and how</span></caption>
<tbody>
${shown}</tbody></table>
${effects.length === 0 ? null : html`<p>The policy leaves out or sees otherwise:</p><ul class="plain">\n${effects}</ul>`}
</section>`;
}

function packageCard(item: AffectedPackage, base: string | null): Html {
  const { name, version, purl } = item.package;
  const origin = originText(item.fromBase, base);
  const rows = item.findings.map(
    (finding) => html`<tr>
<th scope="row">${idLink(finding.id)}</th>
<td><span class="severity">${swatch(finding.severity)}${finding.severity}</span></td>
<td>${stateText(finding)}</td>
<td>${findingDetails(finding)}</td>
</tr>
`,
  );
  return html`<article class="card">
<h3>${name} ${version}</h3>
<p class="note">${countsText(item.counts)} · <code>${purl}</code>${origin === null ? "" : ` · ${origin}`}</p>
<div class="scroll"><table class="findings"><caption><span class="hidden">Vulnerabilities of ${name} ${version}</span></caption>
<thead><tr><th scope="col">Vulnerability</th><th scope="col">Severity</th><th scope="col">State</th><th scope="col">What is known</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
</article>
`;
}

function idLink(id: string): Html {
  const page = pageOf(id);
  return page === null ? html`${id}` : html`<a href="${page.url}" rel="noreferrer">${id}</a>`;
}

/** The little square in a severity's colour. Its name always stands beside it. */
function swatch(severity: Severity): Html {
  return trusted(`<i style="background:var(--${severity})" aria-hidden="true"></i>`);
}

function suppressed(findings: readonly Finding[]): Html {
  const rows = findings.flatMap(({ id, severity, package: item, suppressed: why }) =>
    why === null ? [] : [[html`${idLink(id)}`, severity, `${item.name} ${item.version}`, suppressionText(why)]],
  );
  if (rows.length === 0) return html``;
  return folded("Suppressed", {
    head: ["Vulnerability", "Severity", "Package", "Who says so, and why"],
    rows,
  });
}

function advisories({ advisories: sources }: CvesReport, { created }: HtmlOptions): Html {
  if (sources.length === 0) return html``;
  return folded("Advisories", {
    head: ["Source", "As of", "Age", "Records", "Knows"],
    rows: sources.map((source) => [
      source.source,
      source.asOf,
      ageText(source, created),
      String(source.records),
      knowsText(source),
    ]),
  });
}

function notMatched({ packages }: CvesReport): Html {
  if (packages.notMatched.length === 0) return html``;
  return folded("Packages not matched", {
    head: ["Packages", "Why", "Which"],
    rows: reasonsNotMatched(packages.notMatched).map((group) => [
      String(group.packages.length),
      group.reason,
      group.packages.map(({ name }) => name).join(", "),
    ]),
  });
}

function notes({ notes: all }: CvesReport): Html {
  // The summary has said so already.
  const shown = all.filter((note) => note !== nothingKnown);
  if (shown.length === 0) return html``;
  return html`<ul class="plain">\n${shown.map((note) => html`<li>${note}</li>\n`)}</ul>`;
}

interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (Html | string)[])[];
}

function folded(title: string, { head, rows }: Rows): Html {
  return html`<details>
<summary>${title}<span class="count">${rows.length}</span></summary>
<div><table><caption><span class="hidden">${title}</span></caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>
</details>
`;
}
