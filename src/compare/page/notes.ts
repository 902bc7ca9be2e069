import { type Html, html } from "../../vuln/report/page/html.ts";

/** What to know to read the figures right, folded; backticks mark code. */
export function foldedNotes(notes: readonly string[]): Html {
  if (notes.length === 0) return html``;
  return html`<details>
<summary>How to read the figures<span class="count">${notes.length}</span></summary>
<div><ul class="plain">
${notes.map((note) => html`<li>${withCode(note)}</li>\n`)}</ul></div>
</details>`;
}

function withCode(text: string): Html {
  return html`${text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}
