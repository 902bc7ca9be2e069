import { type DocumentOptions, documentTime } from "../../sbom/identity.ts";
import type { CvesReport, Finding } from "../model.ts";
import { findingUuid } from "./bill.ts";
import { imageUri, placeOf } from "./image-path.ts";
import { levelOf, sarifRules } from "./sarif-rule.ts";
import { ruleText, solutionText, statementText, suppressionText } from "./words.ts";

/**
 * The report as a SARIF 2.1.0 log (OASIS, Static Analysis Results Interchange Format) with one run: a rule for each vulnerability,
 * a result for each finding, suppressed ones marked so. It has what GitHub's code scanning asks for. Throws SBOM_TIME_INVALID.
 */
export function renderSarif(report: CvesReport, options: DocumentOptions): string {
  const rules = sarifRules(report.findings);
  const { policy, policyEffects, filters, advisories, vulnerabilities, packages, notes, image } = report;
  const time = documentTime(options.created);
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "hardpan", version: options.toolVersion, rules } },
        automationDetails: { id: `hardpan-cves/${imageUri(report)}/` },
        // A report that rests on nothing must not close what earlier ones found.
        invocations: [{ executionSuccessful: report.advisories.length > 0, startTimeUtc: time, endTimeUtc: time }],
        columnKind: "utf16CodeUnits",
        results: resultsOf(report, new Map(rules.map(({ id }, index) => [id, index]))),
        properties: { image, policy, policyEffects, filters, advisories, vulnerabilities, packages, notes },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultsOf(report: CvesReport, indexes: ReadonlyMap<string, number>): readonly object[] {
  const seen = new Map<string, number>();
  return report.findings.map((finding) => {
    const uuid = findingUuid(finding, imageUri(report));
    const occurrence = (seen.get(uuid) ?? 0) + 1;
    seen.set(uuid, occurrence);
    return {
      ruleId: finding.id,
      ruleIndex: indexes.get(finding.id) ?? -1,
      level: levelOf(finding.severity),
      message: { text: sarifText(messageOf(finding)) },
      locations: [locationOf(finding, report)],
      partialFingerprints: { primaryLocationLineHash: `${uuid.replaceAll("-", "")}:${occurrence}` },
      ...suppressionsOf(finding),
      properties: propertiesOf(finding),
    };
  });
}

function messageOf(finding: Finding): string {
  const { id, severity, package: item, summary, statements } = finding;
  const claims = statements.filter(({ trust }) => trust !== "trusted").map(statementText);
  const head = `${item.name} ${item.version} has ${id}, ${severity}.`;
  return [head, ...(summary === null ? [] : [summary]), solutionText(finding), ...claims].join("\n");
}

function locationOf(finding: Finding, report: CvesReport): object {
  const { reference, digest } = report.image;
  const { package: item, locations } = finding;
  const place = locations[0] === undefined ? item.purl : `/${locations[0]}`;
  return {
    physicalLocation: {
      artifactLocation: { uri: placeOf(finding, report) },
      region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
    },
    logicalLocations: [
      {
        name: item.name,
        fullyQualifiedName: `${reference}${digest === null || reference.includes("@") ? "" : `@${digest}`}:${place}`,
        kind: "package",
      },
    ],
  };
}

/** Justified by who said so; code scanning shows such a result as closed (SARIF 2.1.0 §3.35). */
function suppressionsOf({ suppressed }: Finding): object {
  if (suppressed === null) return {};
  return { suppressions: [{ kind: "external", status: "accepted", justification: suppressionText(suppressed) }] };
}

function propertiesOf(finding: Finding): object {
  const { package: item, state, triage, fixedVersion, severity, severitySource, records, rule, fromBase } = finding;
  return {
    ...{ package: item, severity, severitySource, state, triage, fixedVersion },
    ...{ epss: finding.epss, kev: finding.kev, cvss: finding.cvss, aliases: finding.aliases },
    ...{ records, rule: ruleText(rule), fromBase, locations: finding.locations, statements: finding.statements },
  };
}

/** `text` in a message, where brackets are links and braces are places to fill (SARIF 2.1.0 §3.11.5, §3.11.6). */
function sarifText(text: string): string {
  return text.replace(/[\\[\]]/g, "\\$&").replace(/[{}]/g, "$&$&");
}
