import { parseLocator } from "../../oci/locator.ts";
import type { Sbom } from "../../sbom/model.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";
import { type ScanDetail, scanReference } from "../scan.ts";
import { type ComesWith, comesAlone } from "../vuln/comes-with.ts";
import type { VexRequest } from "../vuln/vex-request.ts";

/** What to list the contents of. null is for what the user left out. */
export interface BillRequest extends ScanDetail {
  /** null means the image that the local engine built last. */
  readonly reference: string | null;
  readonly platform: string | null;
  readonly within: string | null;
  /** An image that it is to be made from. */
  readonly base: string | null;
  /** Set where it is about vulnerabilities: what VEX comes with an image is looked for, and no attested bills. */
  readonly vex?: VexRequest;
}

/** A bill of materials, wherever it comes from. */
export interface Bill {
  readonly sbom: Sbom;
  /**
   * ISO 8601: the time of the image, or of the document that is read, where it has one, so that the same gives the same
   * documents.
   */
  readonly created: string;
  readonly notes: readonly string[];
  /** VEX documents that come with it. */
  readonly comesWith: ComesWith;
}

/**
 * The bill of materials of an image, of a folder or file on disk, or one that is written already. Throws
 * FLOW_UNSUPPORTED_REFERENCE where an option is for images and it is none, and the errors of where it is.
 */
export async function readBill(request: BillRequest, ports: Ports): Promise<Bill> {
  const reference = request.reference ?? (await (await import("../reference/newest.ts")).newestReference(ports));
  const locator = parseLocator(reference);
  const now = ports.now().toISOString();
  const { files = false, allUnowned = false } = request;
  const detail = { files, allUnowned };
  if (locator.kind === "fs") {
    refuseChoices(request, reference);
    const { scanFolder } = await import("./folder.ts");
    return { sbom: await scanFolder(locator.path, detail, ports), created: now, notes: [], comesWith: comesAlone };
  }
  if (locator.kind === "sbom") {
    refuseChoices(request, reference);
    const { readSbomFile } = await import("./document.ts");
    const { sbom, created, notes } = await readSbomFile(locator.path, ports);
    return { sbom, created: created ?? now, notes, comesWith: comesAlone };
  }
  const attested = request.vex === undefined;
  const { sbom, created, notes, comesWith } = await scanReference(reference, { ...request, attested }, ports);
  return { sbom, created: created ?? "1970-01-01T00:00:00Z", notes, comesWith };
}

function refuseChoices({ platform, within, base }: BillRequest, reference: string): void {
  const given = Object.entries({ "--platform": platform, "--ref": within, "--base": base });
  const [option] = given.find(([, value]) => value !== null) ?? [];
  if (option === undefined) return;
  throw new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${option} is for images, and ${reference} is none`, {
    hint: `leave ${option} out`,
  });
}
