import type { AppliedStatement, Finding } from "../../model.ts";
import { epssText, kevText, longEpssText, ratingText, ruleText, statementText, stateText } from "../words.ts";
import type { TextOptions } from "./options.ts";
import { type Piece, paragraph } from "./terminal.ts";

/** The longest id that others are aligned with. */
const longestAligned = 24;
const indent = 4;
const hang = 6;
/** Statements that are shown of a finding unless all details are. */
const shownStatements = 3;

/** The lines of one vulnerability of a package: severity, id, state, marks, and what VEX documents say of it. */
export function findingText(finding: Finding, { width, options }: { width: number; options: TextOptions }): string {
  const { severity, id, epss, kev, state } = finding;
  const marks: Piece[] = [];
  if (kev !== null) marks.push({ text: kev.ransomware ? "KEV, ransomware" : "KEV", style: "alarm" });
  if (epss !== null) marks.push({ text: options.epss === true ? longEpssText(epss) : epssText(epss), style: "soft" });
  const pieces: readonly Piece[] = [
    { text: severity.toUpperCase(), style: severity, pad: 11 },
    { text: id, style: "strong", pad: width },
    { text: stateText(finding), ...(state === "fixed" ? {} : { style: "soft" }) },
    ...marks.map((mark): Piece => ({ ...mark, text: `· ${mark.text}` })),
  ];
  const line = paragraph(pieces, { indent, hang, terminal: options });
  return line + (options.details === true ? detailsText(finding, options) : statementsText(finding, options));
}

/** The width that the ids of `findings` are aligned to. */
export function idWidth(findings: readonly Pick<Finding, "id">[]): number {
  return findings.reduce((width, { id }) => (id.length > longestAligned ? width : Math.max(width, id.length)), 0);
}

function statementsText({ statements }: Finding, options: TextOptions): string {
  const shown = statements.slice(0, shownStatements).map((said) => statementLine(said, options));
  const more = statements.length - shown.length;
  if (more > 0) shown.push(paragraph([`and ${more} more statements (--details shows all)`], place(options)));
  return shown.join("");
}

function statementLine(said: AppliedStatement, options: TextOptions): string {
  return paragraph([{ text: "VEX", style: "soft" }, statementText(said)], place(options));
}

function detailsText(finding: Finding, options: TextOptions): string {
  const { summary, severitySource, cvss, epss, kev, records, rule, aliases, statements } = finding;
  const line = (label: string, text: string) =>
    paragraph([{ text: label, style: "soft", pad: 9 }, text], { ...place(options), hang: hang + 10 });
  return [
    summary === null ? "" : paragraph([summary], place(options)),
    line("severity", severitySource === null ? "from no source" : `from ${severitySource}`),
    ...cvss.map((rating) => line("CVSS", ratingText(rating))),
    epss === null ? "" : line("EPSS", `${longEpssText(epss).slice("EPSS ".length)}, as of ${epss.asOf}`),
    kev === null ? "" : line("KEV", kevText(kev)),
    ...records.map(({ source, id, asOf }) => line("record", `${source} ${id}, as of ${asOf}`)),
    line("rule", ruleText(rule)),
    aliases.length === 0 ? "" : line("also", aliases.join(", ")),
    ...statements.map((said) => line("VEX", `${statementText(said)} (${said.source})`)),
  ].join("");
}

function place(options: TextOptions) {
  return { indent: hang, hang: hang + 4, terminal: options };
}
