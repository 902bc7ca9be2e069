import type { Finding } from "../../model.ts";
import { pagesOf } from "../links.ts";
import { epssText, kevText, longEpssText, ratingText, ruleText, statementText } from "../words.ts";
import { type Html, html } from "./html.ts";

/** What is known of a finding: summary and marks, and folded below them ratings, records, rule and statements. */
export function findingDetails(finding: Finding): Html {
  const { summary, kev, epss, statements } = finding;
  const claims = statements.map((said) => html`<p class="note">VEX: ${statementText(said)}</p>\n`);
  return html`${summary === null ? null : html`<p>${summary}</p>\n`}${kev === null ? null : html`<p class="kev">${kevText(kev)}</p>\n`}${
    epss === null ? null : html`<p class="note">${epssText(epss)}</p>\n`
  }${claims}<details><summary>Evidence</summary><div><ul class="plain">
${evidence(finding)}</ul></div></details>`;
}

function evidence(finding: Finding): readonly Html[] {
  const { severitySource, cvss, epss, records, rule, aliases, locations, statements } = finding;
  return [
    html`<li>severity ${severitySource === null ? "from no source" : `by ${severitySource}`}</li>\n`,
    ...cvss.map((rating) => html`<li>${ratingText(rating)}</li>\n`),
    ...(epss === null ? [] : [html`<li>${longEpssText(epss)}, as of ${epss.asOf}</li>\n`]),
    ...records.map(({ source, id, asOf }) => html`<li>record ${id} of ${source}, as of ${asOf}</li>\n`),
    html`<li>rule ${ruleText(rule)}</li>\n`,
    ...(aliases.length === 0 ? [] : [html`<li>also ${aliases.join(", ")}</li>\n`]),
    ...locations.map((path) => html`<li><code>/${path}</code></li>\n`),
    ...statements.map(({ source, by }) => html`<li>statement of ${by} in ${source}</li>\n`),
    ...pagesOf(finding).map(({ title, url }) => html`<li><a href="${url}" rel="noreferrer">${title}</a></li>\n`),
  ];
}
