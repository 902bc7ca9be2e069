import { type DocumentOptions, documentTime } from "../../sbom/identity.ts";
import { renderSbom } from "../../sbom/write.ts";
import type { CvesReport, Finding } from "../model.ts";
import { affectedBill, reportUuid } from "./bill.ts";
import { type JsonObject, jsonObject, listOfObjects, textIn } from "./document.ts";
import { pagesOf } from "./links.ts";
import { kevText, longEpssText, ruleText, statementText, stateText, suppressionText } from "./words.ts";

/**
 * The packages that findings are in as an SPDX 2.3 document: each refers to the advisories of its vulnerabilities (SPDX 2.3
 * annex K.1, category SECURITY) and is annotated with what is known of them. Throws SBOM_TIME_INVALID and SBOM_PURL_INVALID.
 */
export function renderSpdx(report: CvesReport, options: DocumentOptions): string {
  const document = jsonObject(renderSbom(affectedBill(report), "spdx", options));
  const byPurl = Map.groupBy(report.findings, (finding) => finding.package.purl);
  const uuid = reportUuid(report, "spdx");
  const complete = {
    ...document,
    name: `${textIn(document, "name") ?? "image"}-vulnerabilities`,
    documentNamespace: `https://spdx.org/spdxdocs/hardpan-cves-${uuid}`,
    comment: commentOf(report),
    packages: listOfObjects(document["packages"]).map((item) => {
      const findings = byPurl.get(purlOf(item) ?? "") ?? [];
      return findings.length === 0 ? item : withFindings(item, { findings, options });
    }),
  };
  return `${JSON.stringify(complete, null, 2)}\n`;
}

function commentOf({ policy, filters, advisories }: CvesReport): string {
  return [
    `vulnerabilities by the policy ${policy}`,
    ...(filters.length === 0 ? [] : [`narrowed by ${filters.join(" ")}`]),
    ...advisories.map(({ source, asOf, records }) => `${source}, as of ${asOf}, ${records} records`),
  ].join("\n");
}

function purlOf(item: JsonObject): string | null {
  const reference = listOfObjects(item["externalRefs"]).find((one) => textIn(one, "referenceType") === "purl");
  return reference === undefined ? null : textIn(reference, "referenceLocator");
}

interface Findings {
  readonly findings: readonly Finding[];
  readonly options: DocumentOptions;
}

function withFindings(item: JsonObject, { findings, options }: Findings): JsonObject {
  const annotationDate = documentTime(options.created);
  const annotator = `Tool: hardpan-${options.toolVersion}`;
  const annotations = findings.map((finding) => {
    return { annotationDate, annotationType: "REVIEW", annotator, comment: findingComment(finding) };
  });
  return {
    ...item,
    externalRefs: [...listOfObjects(item["externalRefs"]), ...findings.flatMap(referencesOf)],
    annotations: [...listOfObjects(item["annotations"]), ...annotations],
  };
}

/** The vulnerability's own page as advisory; the announcement of its fix as fix; other pages by their address alone. */
function referencesOf(finding: Finding): readonly object[] {
  const comment = `${finding.id}: ${finding.severity}, ${stateText(finding)}`;
  return pagesOf(finding).map(({ url }, index) => {
    const isFix = finding.state === "fixed" && /\/(DSA|DLA)-[^/]+$/.test(url);
    const referenceType = index === 0 ? "advisory" : isFix ? "fix" : "url";
    return { referenceCategory: "SECURITY", referenceType, referenceLocator: url, comment };
  });
}

function findingComment(finding: Finding): string {
  const { id, severity, severitySource, summary, epss, kev, rule, records, suppressed, statements } = finding;
  return [
    `${id}: ${severity}${severitySource === null ? "" : ` by ${severitySource}`}, ${stateText(finding)}`,
    ...(suppressed === null ? [] : [`suppressed: ${suppressionText(suppressed)}`]),
    ...(summary === null ? [] : [summary]),
    ...(epss === null ? [] : [longEpssText(epss)]),
    ...(kev === null ? [] : [kevText(kev)]),
    `rule ${ruleText(rule)}`,
    ...records.map(({ source, id: record, asOf }) => `record ${source} ${record}, as of ${asOf}`),
    ...statements.map((said) => `VEX ${statementText(said)}`),
  ].join("\n");
}
