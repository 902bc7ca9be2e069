import { printable } from "../../../sbom/list.ts";
import type { CvesReport, Finding } from "../../model.ts";
import { type AffectedPackage, affectedPackages } from "../by-package.ts";
import { countsText, originText } from "../words.ts";
import { findingText, idWidth } from "./finding.ts";
import { footText, suppressedText } from "./foot.ts";
import { headText } from "./head.ts";
import type { TextOptions } from "./options.ts";
import { paragraph } from "./terminal.ts";

/**
 * The report for a terminal: what was looked at and the counts, the packages worst first with the vulnerabilities of each,
 * those that do not count and why, and what all that rests on. Every line fits the columns, and nothing of an id is cut.
 */
export function renderPackages(report: CvesReport, options: TextOptions): string {
  const base = report.base?.reference ?? null;
  const packages = affectedPackages(report.findings).map((item) => packageText(item, { base, options }));
  return [
    headText(report, options),
    ...(packages.length === 0 ? [noneText(report, options)] : packages),
    suppressedText(report, options),
    footText(report, options),
  ].join("");
}

function noneText({ vulnerabilities, filters, advisories }: CvesReport, options: TextOptions): string {
  if (advisories.length === 0) return "";
  const suppressed = vulnerabilities.suppressed > 0 ? " but those suppressed" : "";
  const text = `No vulnerabilities${filters.length === 0 ? "" : " that the filters let through"}${suppressed}.`;
  return `\n${paragraph([text], { indent: 0, terminal: options })}`;
}

function packageText(item: AffectedPackage, { base, options }: { base: string | null; options: TextOptions }): string {
  const { name, version, source, purl } = item.package;
  const findings = options.epss === true ? [...item.findings].sort(byEpss) : item.findings;
  const at = { indent: 2, hang: 6, terminal: options };
  const origin = [
    source === null || (source.name === name && source.version === version)
      ? null
      : `source ${source.name} ${source.version}`,
    originText(item.fromBase, base),
  ].filter((part) => part !== null);
  const width = idWidth(findings);
  return [
    "\n",
    paragraph(
      [
        { text: countsText(item.counts), pad: 3 },
        { text: `${name} ${version}`, style: "strong" },
      ],
      {
        ...at,
        indent: 0,
      },
    ),
    paragraph([{ text: purl, style: "soft" }], at),
    origin.length === 0 ? "" : paragraph([{ text: origin.join(" · "), style: "soft" }], at),
    ...(options.locations === true ? item.locations.map((path) => paragraph([`/${printable(path)}`], at)) : []),
    ...findings.map((finding) => findingText(finding, { width, options })),
  ].join("");
}

function byEpss(a: Finding, b: Finding): number {
  return (b.epss?.score ?? -1) - (a.epss?.score ?? -1);
}
