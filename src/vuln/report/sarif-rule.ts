import { type CvssRating, type Finding, type Severity, severities } from "../model.ts";
import { pagesOf } from "./links.ts";
import { codeMarkdown, escapeMarkdown, tableMarkdown } from "./markdown-text.ts";
import { highestRating, severityScore } from "./severity-score.ts";
import { kevText, longEpssText, solutionText } from "./words.ts";

/** SARIF's words for how serious a result is (SARIF 2.1.0 §3.27.10). */
export function levelOf(severity: Severity): "error" | "warning" | "note" {
  if (severity === "critical" || severity === "high") return "error";
  return severity === "medium" ? "warning" : "note";
}

/** A reporting descriptor (SARIF 2.1.0 §3.49) for each vulnerability, in the order of the findings. */
export function sarifRules(findings: readonly Finding[]): readonly { readonly id: string }[] {
  return [...Map.groupBy(findings, ({ id }) => id)].flatMap(([id, group]) => {
    const [worst] = [...group].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
    return worst === undefined ? [] : [sarifRule(id, { worst, group })];
  });
}

interface Group {
  /** The finding with the worst severity. */
  readonly worst: Finding;
  readonly group: readonly Finding[];
}

function sarifRule(id: string, { worst, group }: Group) {
  const { severity, summary, aliases, epss, kev } = worst;
  const [page] = pagesOf(worst);
  const score = severityScore(worst);
  const isSystem = ["deb", "apk", "rpm"].includes(worst.package.type);
  return {
    id,
    name: isSystem ? "OsPackageVulnerability" : "LanguagePackageVulnerability",
    shortDescription: { text: summary === null ? `${id} in ${worst.package.name}` : `${id}: ${summary}` },
    fullDescription: { text: summary ?? `${id} affects ${packageNames(group)}.` },
    ...(page === undefined ? {} : { helpUri: page.url }),
    help: { text: helpText({ worst, group }), markdown: helpMarkdown({ worst, group }) },
    defaultConfiguration: { level: levelOf(severity) },
    properties: {
      tags: ["vulnerability", "security", severity],
      precision: "very-high",
      ...(score === null ? {} : { "security-severity": score.toFixed(1) }),
      ...vectorsOf(group),
      severity,
      aliases,
      purls: [...new Set(group.map((finding) => finding.package.purl))],
      epss,
      kev,
    },
  };
}

/** The highest rating of each version of CVSS: `cvssV3`, `cvssV4`, with its score. */
function vectorsOf(group: readonly Finding[]): Readonly<Record<string, string | number>> {
  const found: Record<string, string | number> = {};
  for (const major of ["2", "3", "4"]) {
    const ratings = group.flatMap(({ cvss }) => cvss).filter(({ version }) => version.startsWith(`${major}.`));
    const rating: CvssRating | undefined = highestRating(ratings) ?? ratings[0];
    if (rating === undefined) continue;
    found[`cvssV${major}`] = rating.vector;
    if (rating.score !== null) found[`cvssV${major}_score`] = rating.score;
  }
  return found;
}

function packageNames(group: readonly Finding[]): string {
  return [...new Set(group.map((finding) => finding.package.name))].join(", ");
}

function helpText({ worst, group }: Group): string {
  const lines = [
    ...(worst.summary === null ? [] : [worst.summary]),
    `Severity: ${worst.severity}${worst.severitySource === null ? "" : ` by ${worst.severitySource}`}`,
    ...worst.cvss.map(
      ({ source, version, vector, score }) => `CVSS ${version} by ${source}: ${score ?? "-"} ${vector}`,
    ),
    ...(worst.epss === null ? [] : [longEpssText(worst.epss)]),
    ...(worst.kev === null ? [] : [kevText(worst.kev)]),
    ...group.map((finding) => `${finding.package.name} ${finding.package.version}: ${solutionText(finding)}`),
    ...pagesOf(worst).map(({ title, url }) => `${title}: ${url}`),
  ];
  return lines.join("\n");
}

function helpMarkdown({ worst, group }: Group): string {
  const marks = [
    `**${worst.severity}**${worst.severitySource === null ? "" : ` by ${escapeMarkdown(worst.severitySource)}`}`,
    ...(worst.epss === null ? [] : [escapeMarkdown(longEpssText(worst.epss))]),
    ...(worst.kev === null ? [] : [`**${escapeMarkdown(kevText(worst.kev))}**`]),
  ];
  const packages = tableMarkdown(["Package", "Version", "What to do"], {
    rows: group.map((finding) => [
      codeMarkdown(finding.package.name),
      codeMarkdown(finding.package.version),
      escapeMarkdown(solutionText(finding)),
    ]),
  });
  const ratings = worst.cvss.map(({ source, version, vector, score }) => [
    escapeMarkdown(version),
    score === null ? "" : score.toFixed(1),
    escapeMarkdown(source),
    codeMarkdown(vector),
  ]);
  return [
    ...(worst.summary === null ? [] : [`${escapeMarkdown(worst.summary)}\n`]),
    `${marks.join(", ")}\n`,
    packages,
    ...(ratings.length === 0 ? [] : [tableMarkdown(["CVSS", "Score", "By", "Vector"], { rows: ratings })]),
    ...pagesOf(worst).map(({ title, url }) => `[${title}](${url})\n`),
  ].join("\n");
}
