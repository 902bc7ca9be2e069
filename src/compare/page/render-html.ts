import { type Html, html } from "../../vuln/report/page/html.ts";
import type { Comparison, Comparisons } from "../comparison.ts";
import { shortened } from "../figures.ts";
import { headline } from "../headline.ts";
import { allReadingNotes } from "../notes.ts";
import { identityRows, type Overview, type OverviewRow, overviewOf, overviewRows } from "../overview.ts";
import { details } from "./details.ts";
import { measures } from "./measures.ts";
import { foldedNotes } from "./notes.ts";
import { wholePage } from "./page.ts";

/** How to write comparisons as a page. */
export interface PageOptions {
  /** As in the text form. */
  readonly turned: boolean;
  /** Whether to leave out the changes one by one. */
  readonly summary: boolean;
}

/** The longest value in a cell, in characters. */
const cellLimit = 1000;

/** Comparisons with one baseline as one page that needs nothing else: no script, nothing loaded, light and dark. */
export function renderHtml(comparisons: Comparisons, options: PageOptions): string {
  const overview = overviewOf(comparisons);
  const { baseline, analysed } = overview;
  const names = analysed.map(({ reference }) => reference).join(", ");
  const isSingle = comparisons.length === 1;
  const main = html`<header>
<p class="eyebrow">Hardpan compare · ${baseline.platform ?? ""}</p>
<h1>${isSingle ? headline(comparisons[0]).replace(/(\d) /g, "$1\u00a0") : `${analysed.length} images against one`}</h1>
<p class="swap"><code>${baseline.reference}</code> <span aria-label="becomes">→</span> ${analysed.map(({ reference }) => html`<code class="to">${reference}</code> `)}</p>
${options.turned ? html`<p class="note">The image after <code>--to</code> is the hardened one; it is shown as after.</p>` : null}
</header>
${isSingle ? measures(comparisons[0]) : null}
<section class="card">
<h2>Overview</h2>
${overviewTable(overview)}
</section>
${comparisons.map((comparison) => evidence(comparison, { isSingle, summary: options.summary }))}
${foldedNotes(allReadingNotes(comparisons))}
<footer><p>Baseline <code>${baseline.digest ?? "unknown"}</code>. ${analysed.map(({ reference, digest }) => html`${reference}: <code>${digest ?? "unknown"}</code>. `)}</p></footer>`;
  return wholePage(`${baseline.reference} → ${names}`, main);
}

function overviewTable(overview: Overview): Html {
  const isSingle = overview.analysed.length === 1;
  const names = isSingle ? ["Before", "After"] : [overview.baseline, ...overview.analysed].map((one) => one.reference);
  const rows = [...identityRows(overview), ...overviewRows(overview)];
  return html`<table class="facts">
<thead><tr><td></td>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(overviewRow)}</tbody>
</table>`;
}

function overviewRow({ label, part, before, after }: OverviewRow): Html {
  const cells = after.map(({ value, change }) => {
    return html`<td>${shortened(value, cellLimit)}${change === "" ? null : html` <span class="note">${change}</span>`}</td>`;
  });
  return html`<tr><th scope="row">${part ? "· " : ""}${label}</th><td>${shortened(before, cellLimit)}</td>${cells}</tr>\n`;
}

function evidence(
  comparison: Comparison,
  { isSingle, summary }: { readonly isSingle: boolean; readonly summary: boolean },
): Html {
  const title = isSingle ? "Changes" : comparison.analysed.reference;
  const gain = isSingle ? null : html`<p>${headline(comparison)}</p>`;
  if (summary && isSingle) return html``;
  return html`<section class="appendix" aria-label="${title}">
<h2>${title}</h2>
${gain}
${summary ? null : details(comparison)}
</section>
`;
}
