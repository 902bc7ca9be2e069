import { type Severity, severities } from "../../vuln/model.ts";
import { type Html, html, trusted } from "../../vuln/report/page/html.ts";
import type { ComparedImage, Comparison } from "../comparison.ts";
import { type Change, megabytes, numberText, percentage } from "../figures.ts";

/** The three measures: vulnerabilities, packages, size; each with its change, both values, and bars to one scale. */
export function measures(comparison: Comparison): Html {
  const { baseline, analysed } = comparison;
  const [left, right] = [baseline.vulnerabilities, analysed.vulnerabilities];
  const fixedOnly = left.unfixed === null || right.unfixed === null;
  return html`<section class="measures" aria-label="The three measures">
${measure(fixedOnly ? "Fixable vulnerabilities" : "Vulnerabilities", {
  change: { before: left.total, after: right.total },
  show: String,
  bars: [segments(baseline), segments(analysed)],
  legend: vulnerabilityLegend(comparison),
})}
${measure("Packages", {
  change: { before: baseline.packages.total, after: analysed.packages.total },
  show: String,
  legend: packageLegend(comparison),
})}
${measure("Size, compressed", {
  change: { before: baseline.size.compressed, after: analysed.size.compressed },
  show: megabytes,
  legend: [html`<span>unpacked ${megabytes(baseline.size.unpacked)} → ${megabytes(analysed.size.unpacked)}</span>`],
})}
</section>`;
}

interface Segment {
  readonly value: number;
  readonly colour: string;
}

interface Measure {
  readonly change: Change;
  readonly show: (value: number) => string;
  /** What the two bars are made of; one piece each when absent. */
  readonly bars?: readonly [readonly Segment[], readonly Segment[]];
  /** Lines below the bars. */
  readonly legend: readonly Html[];
}

function measure(title: string, { change, show, bars, legend }: Measure): Html {
  const { before, after } = change;
  const direction = after === before ? "same" : after < before ? "better" : "worse";
  const share = percentage(change) ?? (after === 0 ? "none" : `+${show(after)}`);
  const [left, right] = bars ?? [[{ value: before, colour: "before" }], [{ value: after, colour: "after" }]];
  const largest = Math.max(before, after);
  return html`<article class="card measure">
<h2>${title}</h2>
<div class="share ${direction}">${share.replaceAll(" ", "\u00a0")}</div>
<p class="values">${show(before)} → <b>${show(after)}</b></p>
<div class="bars">
<span>before</span>${bar(left, { largest, label: `${title} before: ${show(before)}` })}
<span>after</span>${bar(right, { largest, label: `${title} after: ${show(after)}` })}
</div>
${legend.map((line) => html`<p class="legend">${line}</p>\n`)}</article>`;
}

interface Scale {
  readonly largest: number;
  readonly label: string;
}

/** A bar whose full width is `largest`; what is there at all is at least visible. */
function bar(parts: readonly Segment[], { largest, label }: Scale): Html {
  const scale = largest === 0 ? 0 : 400 / largest;
  let x = 0;
  const pieces = parts.map(({ value, colour }) => {
    const width = value === 0 ? 0 : Math.max(value * scale, 3);
    const piece = html`<rect x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="16" style="fill:var(--${colour})"/>`;
    x += width;
    return piece;
  });
  return html`<svg viewBox="0 0 400 16" preserveAspectRatio="none" role="img" aria-label="${label}"><rect width="400" height="16" style="fill:var(--track)"/>${pieces}</svg>`;
}

function segments({ vulnerabilities }: ComparedImage): readonly Segment[] {
  return severities.map((severity) => ({ value: vulnerabilities[severity], colour: severity }));
}

function vulnerabilityLegend({ baseline, analysed }: Comparison): readonly Html[] {
  const [left, right] = [baseline.vulnerabilities, analysed.vulnerabilities];
  const shown = severities.filter((severity) => left[severity] + right[severity] > 0);
  const bySeverity = shown.map(
    (severity) => html`<span>${swatch(severity)}${severity} ${left[severity]} → ${right[severity]}</span> `,
  );
  const unknown = left.unfixed === null && right.unfixed === null;
  const unfixed = unknown ? "unknown" : `${numberText(left.unfixed)} → ${numberText(right.unfixed)}`;
  const fixable = html`<span>fixable ${left.fixable} → ${right.fixable}</span> <span>unfixed ${unfixed}</span>`;
  return bySeverity.length === 0 ? [fixable] : [html`${bySeverity}`, fixable];
}

function packageLegend({ baseline, analysed }: Comparison): readonly Html[] {
  const types = new Set([...Object.keys(baseline.packages.byType), ...Object.keys(analysed.packages.byType)]);
  const counts = [...types].toSorted().map((type) => {
    return html`<span>${type} ${baseline.packages.byType[type] ?? 0} → ${analysed.packages.byType[type] ?? 0}</span> `;
  });
  return [html`${counts}`];
}

/** The little square in a severity's colour. Its name always stands beside it. */
export function swatch(severity: Severity): Html {
  return trusted(`<i style="background:var(--${severity})" aria-hidden="true"></i>`);
}
