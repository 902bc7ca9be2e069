import { explain } from "../../vuln/explain/explain.ts";
import type { Explanation } from "../../vuln/explain/model.ts";
import { nothingKnown } from "../../vuln/knowledge.ts";
import type { Ports } from "../ports.ts";
import { readBill } from "../sbom/bill.ts";
import { warningNotes } from "../sbom/warnings.ts";
import { openAdvisories, optionsFor } from "./advisories.ts";
import type { CvesRequest } from "./cves.ts";

/** Every step of what is decided about one vulnerability in what `request` names. */
export async function explainCve(request: CvesRequest, vulnerability: string, ports: Ports): Promise<Explanation> {
  const bill = await readBill(request, ports);
  for (const note of [...bill.notes, ...warningNotes(bill.sbom)]) ports.report.note(note);
  using advisories = await openAdvisories(ports);
  const explanation = explain(bill.sbom, vulnerability.trim(), await optionsFor(bill, { advisories, request }, ports));
  if (explanation.advisories.length === 0) ports.report.note(nothingKnown);
  return explanation;
}
