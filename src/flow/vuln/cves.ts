import type { Sbom } from "../../sbom/model.ts";
import { type FindingFilter, filterFindings, filterFlags } from "../../vuln/filter.ts";
import { knowledgeNotes } from "../../vuln/knowledge.ts";
import { countFindings } from "../../vuln/match/count.ts";
import { match } from "../../vuln/match.ts";
import type { CvesReport, MatchResult } from "../../vuln/model.ts";
import type { Ports } from "../ports.ts";
import { readBill } from "../sbom/bill.ts";
import { warningNotes } from "../sbom/warnings.ts";
import { type MatchRequest, openAdvisories, optionsFor } from "./advisories.ts";

/** What to look for vulnerabilities in, and how. null is for what the user left out. */
export interface CvesRequest extends MatchRequest {
  /** null means the image that the local engine built last. */
  readonly reference: string | null;
  readonly platform: string | null;
  readonly within: string | null;
  readonly base: string | null;
  readonly filter: FindingFilter;
}

/** What is wrong with an image, and what is in it. */
export interface Cves {
  readonly report: CvesReport;
  readonly sbom: Sbom;
  /** All that was found, before it was narrowed. */
  readonly result: MatchResult;
}

/** Finds the vulnerabilities of an image, a folder or a bill of materials. */
export async function findCves(request: CvesRequest, ports: Ports): Promise<Cves> {
  const bill = await readBill(request, ports);
  using advisories = await openAdvisories(ports);
  const result = match(bill.sbom, await optionsFor(bill, { advisories, request }, ports));
  const notes = [...bill.notes, ...warningNotes(bill.sbom)];
  return { report: reportOf(bill.sbom, { result, request, notes }), sbom: bill.sbom, result };
}

function reportOf(
  sbom: Sbom,
  {
    result,
    request,
    notes,
  }: { readonly result: MatchResult; readonly request: CvesRequest; readonly notes: readonly string[] },
): CvesReport {
  const { policy, filter } = request;
  const findings = filterFindings(result.findings, filter);
  const { advisories, counts } = result;
  return {
    schema: "hardpan/cves/1",
    image: sbom.image,
    distribution: sbom.distribution,
    policy,
    policyEffects: result.effects,
    filters: filterFlags(filter),
    advisories,
    findings,
    vulnerabilities: countFindings(findings, { policy, unfixedKnown: counts.unfixed !== null }),
    packages: { total: sbom.packages.length, notMatched: result.notMatched },
    base: sbom.base,
    notes: [...knowledgeNotes({ advisories, vulnerabilities: counts }), ...notes],
  };
}
