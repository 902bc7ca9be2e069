import { nothingKnown } from "../../knowledge.ts";
import type { CvesReport, Finding } from "../../model.ts";
import { reasonsNotMatched } from "../by-package.ts";
import { ageText, knowsText, numberOf, stateText, suppressionText } from "../words.ts";
import type { TextOptions } from "./options.ts";
import { type Piece, paragraph } from "./terminal.ts";

/** Packages that are named for a reason unless all details are shown. */
const namedPackages = 8;

/** Findings that do not count, with who said so and why. */
export function suppressedText({ findings }: CvesReport, options: TextOptions): string {
  const lines = findings.flatMap((finding) => suppressedLines(finding, options));
  return lines.length === 0 ? "" : heading(`Suppressed (${lines.length})`, options) + lines.join("");
}

function suppressedLines(finding: Finding, options: TextOptions): readonly string[] {
  const { severity, id, package: item, suppressed } = finding;
  if (suppressed === null) return [];
  const pieces: readonly Piece[] = [
    { text: severity.toUpperCase(), style: severity, pad: 11 },
    { text: id, style: "strong" },
    { text: `in ${item.name} ${item.version}, ${stateText(finding)}` },
  ];
  return [
    paragraph(pieces, { indent: 4, hang: 6, terminal: options }) +
      paragraph([suppressionText(suppressed)], { indent: 6, hang: 10, terminal: options }),
  ];
}

/** The sources of advisories, the packages that none of them speaks of, and what else is to be known. */
export function footText({ advisories, packages, notes }: CvesReport, options: TextOptions): string {
  const pad = advisories.reduce((width, { source }) => Math.max(width, Math.min(source.length, 20)), 0);
  const sources = advisories.map((source) => {
    const age = ageText(source, options.created);
    const text = `${source.asOf.slice(0, 10)}, ${age}, ${numberOf(source.records, "record")}, ${knowsText(source)}`;
    return paragraph([{ text: source.source, style: "strong", pad }, text], { indent: 2, hang: 6, terminal: options });
  });
  // The head has said so already.
  const shown = notes.filter((note) => note !== nothingKnown);
  return [
    heading("Advisories", options) + (sources.length === 0 ? "  none\n" : sources.join("")),
    notMatchedText(packages.notMatched, options),
    shown.length === 0
      ? ""
      : `\n${shown.map((note) => paragraph([`note: ${note}`], { indent: 0, hang: 2, terminal: options })).join("")}`,
  ].join("");
}

function notMatchedText(notMatched: CvesReport["packages"]["notMatched"], options: TextOptions): string {
  if (notMatched.length === 0) return "";
  const lines = reasonsNotMatched(notMatched).map(({ reason, packages }) => {
    const shown = options.details === true ? packages : packages.slice(0, namedPackages);
    const names = shown.map(({ name }) => name).join(", ");
    const more = packages.length - shown.length;
    const text = `${packages.length} × ${reason}: ${names}${more > 0 ? ` and ${more} more` : ""}`;
    return paragraph([text], { indent: 2, hang: 6, terminal: options });
  });
  return heading(`Not matched (${notMatched.length})`, options) + lines.join("");
}

/** The heading of a section, after an empty line. */
function heading(text: string, options: TextOptions): string {
  return `\n${paragraph([{ text, style: "strong" }], { indent: 0, terminal: options })}`;
}
