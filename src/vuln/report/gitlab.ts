import { type DocumentOptions, documentTime } from "../../sbom/identity.ts";
import type { CvesReport, CvssRating, Finding, Severity } from "../model.ts";
import { findingUuid } from "./bill.ts";
import { pageOf, pagesOf } from "./links.ts";
import { escapeMarkdown } from "./markdown-text.ts";
import { ageText, kevText, longEpssText, numberOf, ruleText, solutionText, statementText } from "./words.ts";

const schemaVersion = "15.0.7";

const severityWords: Readonly<Record<Severity, string>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  negligible: "Info",
  unspecified: "Unknown",
};

/**
 * The report as GitLab's container scanning report, schema 15.0.7. GitLab has no word for findings that do not count, so suppressed
 * ones are left out, and a message says how many. Throws SBOM_TIME_INVALID.
 */
export function renderGitlab(report: CvesReport, options: DocumentOptions): string {
  const time = documentTime(options.created).replace(/Z$/, "");
  const tool = { id: "hardpan", name: "Hardpan", version: options.toolVersion, vendor: { name: "Hardpan" } };
  const counted = report.findings.filter(({ suppressed }) => suppressed === null);
  const document = {
    version: schemaVersion,
    schema: `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${schemaVersion}/dist/container-scanning-report-format.json`,
    scan: {
      analyzer: tool,
      scanner: tool,
      type: "container_scanning",
      start_time: time,
      end_time: time,
      status: "success",
      options: [{ name: "policy", value: report.policy, source: "argument" }],
      messages: messagesOf(report, options).map((value) => ({ level: "info", value })),
    },
    vulnerabilities: counted.map((finding) => vulnerabilityOf(finding, report)),
    remediations: [],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function messagesOf(report: CvesReport, { created }: DocumentOptions): readonly string[] {
  const { policy, policyEffects, filters, advisories, vulnerabilities, packages, notes } = report;
  const { suppressed } = vulnerabilities;
  return [
    `policy ${policy}`,
    ...policyEffects.map(({ rule, text, findings }) => `${rule}: ${text} (${numberOf(findings, "finding")})`),
    ...(filters.length === 0 ? [] : [`narrowed by ${filters.join(" ")}`]),
    ...(suppressed === 0 ? [] : [`${numberOf(suppressed, "suppressed finding")} left out`]),
    ...advisories.map((source) => `${source.source}, as of ${source.asOf}, ${ageText(source, created)}`),
    ...(packages.notMatched.length === 0 ? [] : [`${numberOf(packages.notMatched.length, "package")} not matched`]),
    ...notes,
  ].filter((message) => message !== "");
}

function vulnerabilityOf(finding: Finding, report: CvesReport): object {
  const { id, severity, summary, package: item, cvss } = finding;
  const vectors = cvss.flatMap(gitlabVector).slice(0, 10);
  return {
    id: findingUuid(finding, report.image.reference),
    name: cut(summary ?? id, 255),
    description: cut(descriptionOf(finding), 1_048_576),
    severity: severityWords[severity],
    solution: cut(escapeMarkdown(solutionText(finding)), 7000),
    identifiers: [id, ...finding.aliases].filter((name) => name !== "").map(identifierOf),
    ...(vectors.length === 0 ? {} : { cvss_vectors: vectors }),
    links: pagesOf(finding).map(({ title, url }) => ({ name: title, url })),
    details: detailsOf(finding),
    location: {
      dependency: { package: { name: item.name }, version: item.version },
      operating_system: systemOf(report),
      image: report.image.reference || "image",
    },
  };
}

/** In markdown, as GitLab reads it. */
function descriptionOf(finding: Finding): string {
  const { id, package: item, summary, epss, kev, statements } = finding;
  return [
    `${summary ?? id} (${item.name} ${item.version})`,
    ...(epss === null ? [] : [longEpssText(epss)]),
    ...(kev === null ? [] : [kevText(kev)]),
    ...statements.map(statementText),
  ]
    .map(escapeMarkdown)
    .join("\n\n");
}

/** The first is what GitLab knows the vulnerability by. */
function identifierOf(name: string): object {
  const page = pageOf(name);
  const [kind = "other"] = /^[A-Z]{2,10}(?=-)/.exec(name) ?? [];
  return { type: kind.toLowerCase(), name, value: name, ...(page === null ? {} : { url: page.url }) };
}

function detailsOf({ state, triage, fixedVersion, severitySource, rule, records, package: item }: Finding): object {
  const text = (name: string, value: string) => ({ name, type: "text", value });
  return {
    purl: text("Package URL", item.purl),
    state: text("State", triage === null ? state : `${state}, ${triage}`),
    ...(fixedVersion === null ? {} : { fixed_version: text("Fixed version", fixedVersion) }),
    ...(severitySource === null ? {} : { severity_source: text("Severity by", severitySource) }),
    rule: text("Rule", ruleText(rule)),
    records: text("Records", records.map(({ source, id, asOf }) => `${source} ${id} as of ${asOf}`).join(", ")),
  };
}

function systemOf({ distribution }: CvesReport): string {
  if (distribution === null || distribution.id === "") return "unknown";
  const release = distribution.versionId ?? distribution.codename;
  return release === null ? distribution.id : `${distribution.id} ${release}`;
}

/** A vector where the schema takes it: CVSS 2.0 or 3.x with metrics of known names and values. */
function gitlabVector({ source, vector }: CvssRating): readonly object[] {
  const plain = vector.replace(/^CVSS:2\.0\//, "");
  const isTaken = takes(plain, { prefix: "", metric: metric2, least: 16 }) || takes(plain, version3);
  return isTaken && source !== "" ? [{ vendor: source, vector: plain }] : [];
}

interface VectorForm {
  readonly prefix: string;
  readonly metric: RegExp;
  readonly least: number;
}

const metric2 =
  /^(?:AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(?:U|POC|F|H|ND)|RL:(?:OF|TF|W|U|ND)|RC:(?:UC|UR|C|ND)|CDP:(?:N|L|LM|MH|H|ND)|TD:(?:N|L|M|H|ND)|[CIA]R:(?:L|M|H|ND))$/;
const metric3 =
  /^(?:AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])$/;
const version3: VectorForm = { prefix: "CVSS:3.", metric: metric3, least: 32 };

function takes(vector: string, { prefix, metric, least }: VectorForm): boolean {
  if (!vector.startsWith(prefix) || vector.length < least || vector.length > 128) return false;
  const parts = vector.split("/");
  const metrics = prefix === "" ? parts : parts.slice(1);
  const isNumbered = prefix === "" || /^CVSS:3\.[01]$/.test(parts[0] ?? "");
  return isNumbered && metrics.length > 0 && metrics.every((part) => metric.test(part));
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
