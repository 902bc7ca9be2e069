import type { DocumentOptions } from "../../sbom/identity.ts";
import type { Sbom } from "../../sbom/model.ts";
import { renderSbom } from "../../sbom/write.ts";
import type { CvesReport } from "../model.ts";
import { affectedBill, reportUuid } from "./bill.ts";
import { cyclonedxVulnerabilities } from "./cyclonedx-vulnerability.ts";
import { jsonObject, listOfObjects, textIn } from "./document.ts";

/**
 * The vulnerabilities alone as a CycloneDX 1.6 document (VEX): the packages they are in as components, and what is known of each,
 * with the analysis that VEX statements give. Throws SBOM_TIME_INVALID and SBOM_PURL_INVALID.
 */
export function renderVex(report: CvesReport, options: DocumentOptions): string {
  return withVulnerabilities(affectedBill(report), { report, options, format: "vex" });
}

/** The whole bill of materials as a CycloneDX 1.6 document with its vulnerabilities. Throws as `renderVex` and `renderSbom` do. */
export function renderSbomWithVulnerabilities(
  report: CvesReport,
  options: DocumentOptions & { readonly sbom: Sbom },
): string {
  return withVulnerabilities(options.sbom, { report, options, format: "sbom" });
}

interface Addition {
  readonly report: CvesReport;
  readonly options: DocumentOptions;
  readonly format: string;
}

function withVulnerabilities(bill: Sbom, { report, options, format }: Addition): string {
  const document = jsonObject(renderSbom(bill, "cyclonedx", options));
  const references = new Map<string, string[]>();
  for (const component of listOfObjects(document["components"])) {
    const [purl, reference] = [textIn(component, "purl"), textIn(component, "bom-ref")];
    if (purl === null || reference === null) continue;
    const known = references.get(purl);
    if (known === undefined) references.set(purl, [reference]);
    else known.push(reference);
  }
  const complete = {
    ...document,
    serialNumber: `urn:uuid:${reportUuid(report, format)}`,
    vulnerabilities: cyclonedxVulnerabilities(report, (purl) => references.get(purl) ?? []),
  };
  return `${JSON.stringify(complete, null, 2)}\n`;
}
