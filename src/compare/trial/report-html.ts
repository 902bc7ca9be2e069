import { type Html, html } from "../../vuln/report/page/html.ts";
import { megabytes } from "../figures.ts";
import { headline } from "../headline.ts";
import { trialNotes } from "../notes.ts";
import { configurationRows, overviewOf } from "../overview.ts";
import { details } from "../page/details.ts";
import { measures } from "../page/measures.ts";
import { foldedNotes } from "../page/notes.ts";
import { wholePage } from "../page/page.ts";
import type { TrialReport } from "./trial-report.ts";

/** The report of a trial as one page that needs nothing else: no script, nothing loaded, light and dark. */
export function renderReportHtml(report: TrialReport): string {
  const { service, created, compare, hardened, dockerfile } = report;
  const main = html`<header>
<p class="eyebrow">Hardpan trial · ${service} · ${created.slice(0, 10)} · ${hardened.platform}</p>
<h1>${headline(compare).replace(/(\d) /g, "$1\u00a0")}</h1>
<p class="swap"><code>${dockerfile.base}</code> <span aria-label="becomes">→</span> <code class="to">${hardened.reference}</code></p>
${conventional(report)}
</header>
${measures(compare)}
<div class="pair">
${configuration(report)}
${migration(report)}
</div>
<section class="appendix" aria-label="Evidence">
<h2>Evidence</h2>
${unpatched(report)}
${details(compare)}
${foldedNotes(trialNotes(report))}
</section>
<footer><p>Hardened image <code>${hardened.digest}</code>, ${hardened.platform}. Compared with <code>${compare.baseline.digest}</code>. Created ${created}.</p></footer>`;
  return wholePage(`${service}: ${dockerfile.base} → ${hardened.reference}`, main);
}

function conventional({ conventional: { kind, reference, date }, compare }: TrialReport): Html {
  const what =
    kind === "image"
      ? `Measured against the image ${reference} itself.`
      : `Measured against a reconstruction of the conventional image from the Debian archive${date === null ? "" : ` as of ${date}`}, updates included.`;
  const unknown =
    compare.baseline.vulnerabilities.unfixed === null || compare.analysed.vulnerabilities.unfixed === null;
  const limits = html`<p class="note">Vulnerabilities are those with a fix. Unfixed ones are unknown here: <code>hardpan db update</code> or <code>hardpan db import DIR</code> gets them.</p>`;
  return html`<p class="note">${what}</p>${unknown ? limits : null}`;
}

function configuration({ compare }: TrialReport): Html {
  const rows = configurationRows(overviewOf([compare])).map(({ label, before, after }) => {
    return html`<tr><th scope="row">${label}</th><td>${before}</td><td>${after[0]?.value ?? ""}</td></tr>\n`;
  });
  return html`<section class="card">
<h2>Runtime configuration</h2>
<table class="facts">
<thead><tr><td></td><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</section>`;
}

function migration({ migration: result, dockerfile, files }: TrialReport): Html {
  const written = writtenFiles(files);
  if (result.kind === "refused") {
    const reasons = result.reasons.map(
      ({ line, instruction, reason }) => html`<li>Line ${line}, <code>${instruction}</code>: ${reason}</li>\n`,
    );
    return html`<section class="card">
<h2>Dockerfile: more than FROM has to change</h2>
<p>These lines of <code>${dockerfile.path}</code> keep a plain swap from working:</p>
<ul class="plain">
${reasons}</ul>
${written}
</section>`;
  }
  const edits = result.edits.map(
    ({ from, to, line }) =>
      html`<pre class="diff" aria-label="line ${line}"><del><span>${line}</span>− ${from}</del><ins><span>${line}</span>+ ${to}</ins></pre>`,
  );
  const checks = result.checks.map(({ line, text }) => html`<li>Line ${line}: ${text}</li>\n`);
  return html`<section class="card">
<h2>Dockerfile: ${result.edits.length === 1 ? "one line changes" : `${result.edits.length} lines change`}</h2>
${edits}
<p>The migrated file is <code title="${result.file}">${result.file.slice(result.file.lastIndexOf("/") + 1)}</code>; every other byte is as in <code>${dockerfile.path}</code>.</p>
${checks.length === 0 ? null : html`<p>To check on the running service:</p><ul class="plain">\n${checks}</ul>`}
${written}
</section>`;
}

function unpatched({ unpatched: figures }: TrialReport): Html {
  if (figures === null) return html``;
  const { reference, notes: remarks, packages, size, vulnerabilities, fixable } = figures;
  return html`<details>
<summary>The conventional image without updates<span class="count">not in the figures above</span></summary>
<div><p><code>${reference}</code>: ${vulnerabilities} vulnerabilities, ${fixable} of them fixable, ${packages} packages, ${megabytes(size.compressed)} compressed.</p>
${remarks.map((remark) => html`<p class="note">${remark}</p>`)}</div>
</details>`;
}

/** The files by name, their folder once. */
function writtenFiles(files: TrialReport["files"]): Html {
  const folders = new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf("/") + 1)));
  const [folder = ""] = folders.size === 1 ? folders : [];
  const names = files.map(({ path, description }, index) => {
    return html`${index === 0 ? "" : ", "}<code title="${description}">${path.slice(folder.length)}</code>`;
  });
  const to = folder === "" ? html`Written: ` : html`Written to <code>${folder}</code>: `;
  return html`<p class="note">${to}${names}</p>`;
}
