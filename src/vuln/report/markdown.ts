import { printable } from "../../sbom/list.ts";
import { nothingKnown } from "../knowledge.ts";
import type { CvesReport, Finding } from "../model.ts";
import { type AffectedPackage, affectedPackages, reasonsNotMatched } from "./by-package.ts";
import { pageOf } from "./links.ts";
import { codeMarkdown, escapeMarkdown, foldedMarkdown, tableMarkdown } from "./markdown-text.ts";
import { escapeHtml } from "./page/html.ts";
import {
  ageText,
  countsText,
  epssText,
  kevText,
  knowsText,
  numberOf,
  originText,
  statementText,
  stateText,
  suppressionText,
  totalTexts,
} from "./words.ts";

/** How the markdown is made. */
export interface MarkdownOptions {
  /** ISO 8601; what the ages of advisories are measured from. */
  readonly created: string;
}

/** The report as markdown for a pull request: the counts, and folded each package, what is suppressed, and the sources. */
export function renderMarkdown(report: CvesReport, options: MarkdownOptions): string {
  const { findings, advisories, notes } = report;
  const base = report.base?.reference ?? null;
  const packages = affectedPackages(findings).map((item) => packageMarkdown(item, base));
  const [short, long] = totalTexts(report);
  const none = advisories.length === 0 ? "" : "No vulnerabilities that count.\n";
  const parts = [
    `## Vulnerabilities of ${codeMarkdown(report.image.reference)}\n`,
    `**${escapeMarkdown(short)}**: ${escapeMarkdown(long)}\n`,
    subjectMarkdown(report),
    ...(packages.length === 0 ? [none] : packages),
    suppressedMarkdown(findings),
    advisoriesMarkdown(report, options),
    notMatchedMarkdown(report),
    notes
      .filter((note) => note !== nothingKnown)
      .map((note) => `- ${escapeMarkdown(note)}\n`)
      .join(""),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function subjectMarkdown({ image, policy, policyEffects, filters, distribution, packages }: CvesReport): string {
  const line = (name: string, text: string | null) => (text === null || text === "" ? [] : [`- ${name}: ${text}\n`]);
  return [
    ...line("digest", image.digest === null ? null : codeMarkdown(image.digest)),
    ...line("platform", image.platform === null ? null : codeMarkdown(image.platform)),
    ...line("system", distribution === null ? null : escapeMarkdown(distribution.prettyName ?? distribution.id)),
    ...line("packages", String(packages.total)),
    ...line("policy", escapeMarkdown(policy)),
    ...policyEffects.map(
      ({ rule, text, findings }) =>
        `  - ${codeMarkdown(rule)}: ${escapeMarkdown(text)} (${numberOf(findings, "finding")})\n`,
    ),
    ...line("filters", codeMarkdown(filters.join(" "))),
  ].join("");
}

function packageMarkdown({ package: item, counts, findings, fromBase }: AffectedPackage, base: string | null): string {
  const summary = [countsText(counts), `${item.name} ${item.version}`]
    .map((text) => `<code>${escapeHtml(printable(text))}</code>`)
    .join(" ");
  const origin = originText(fromBase, base);
  const table = tableMarkdown(["Severity", "Vulnerability", "State", "Marks", "Summary"], {
    rows: findings.map((finding) => [
      finding.severity,
      idMarkdown(finding.id),
      escapeMarkdown(stateText(finding)),
      marksMarkdown(finding),
      escapeMarkdown(finding.summary ?? ""),
    ]),
  });
  const claims = findings.flatMap(({ id, statements }) =>
    statements.map((said) => `- ${idMarkdown(id)}: ${escapeMarkdown(statementText(said))}\n`),
  );
  const place = `${codeMarkdown(item.purl)}${origin === null ? "" : `, ${escapeMarkdown(origin)}`}\n`;
  return foldedMarkdown(summary, [place, table, ...(claims.length === 0 ? [] : [claims.join("")])].join("\n"));
}

function marksMarkdown({ kev, epss }: Finding): string {
  const marks = [
    ...(kev === null ? [] : [`**${escapeMarkdown(kevText(kev))}**`]),
    ...(epss === null ? [] : [escapeMarkdown(epssText(epss))]),
  ];
  return marks.join(", ");
}

function idMarkdown(id: string): string {
  const page = pageOf(id);
  return page === null ? escapeMarkdown(id) : `[${escapeMarkdown(id)}](${page.url})`;
}

function suppressedMarkdown(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ id, severity, package: item, suppressed }) =>
    suppressed === null
      ? []
      : [
          [
            severity,
            idMarkdown(id),
            codeMarkdown(`${item.name} ${item.version}`),
            escapeMarkdown(suppressionText(suppressed)),
          ],
        ],
  );
  if (rows.length === 0) return "";
  const head = ["Severity", "Vulnerability", "Package", "Who says so, and why"];
  return foldedMarkdown(`Suppressed (${rows.length})`, tableMarkdown(head, { rows }));
}

function advisoriesMarkdown({ advisories }: CvesReport, { created }: MarkdownOptions): string {
  if (advisories.length === 0) return "";
  const rows = advisories.map((source) => [
    escapeMarkdown(source.source),
    escapeMarkdown(source.asOf),
    ageText(source, created),
    String(source.records),
    knowsText(source),
  ]);
  const table = tableMarkdown(["Source", "As of", "Age", "Records", "Knows"], { rows, right: [3] });
  return foldedMarkdown(`Advisories (${rows.length})`, table);
}

function notMatchedMarkdown({ packages }: CvesReport): string {
  if (packages.notMatched.length === 0) return "";
  const rows = reasonsNotMatched(packages.notMatched).map((group) => [
    String(group.packages.length),
    escapeMarkdown(group.reason),
    group.packages.map(({ name }) => codeMarkdown(name)).join(", "),
  ]);
  const table = tableMarkdown(["", "Why", "Packages"], { rows, right: [0] });
  return foldedMarkdown(`Not matched (${packages.notMatched.length})`, table);
}
