import { createHash } from "node:crypto";
import { uuidOf } from "../../sbom/identity.ts";
import type { Sbom, SbomPackage } from "../../sbom/model.ts";
import { byTypeNameVersion } from "../../sbom/order.ts";
import type { CvesReport, Finding } from "../model.ts";

/** The image with only those packages that findings are in, suppressed ones too, as a bill of materials. */
export function affectedBill({ image, distribution, base, findings }: CvesReport): Sbom {
  const packages = [...Map.groupBy(findings, (finding) => finding.package.purl).values()].flatMap(billPackage);
  return {
    ...{ image, distribution, base, packages: packages.sort(byTypeNameVersion) },
    unowned: { files: 0, bytes: 0, paths: [] },
    removed: [],
    warnings: [],
  };
}

function billPackage(findings: readonly Finding[]): readonly SbomPackage[] {
  const [first] = findings;
  if (first === undefined) return [];
  const { package: item, fromBase } = first;
  const locations = [...new Set(findings.flatMap((finding) => finding.locations))];
  const unknown = { licenses: [], layer: null, supplier: null, architecture: null, comments: [], owner: null };
  return [{ ...item, ...unknown, locations, fromBase, dependsOn: [] }];
}

/** A UUID for a document of `format`: always the same for the same image and findings. */
export function reportUuid({ image, policy, filters, findings, advisories }: CvesReport, format: string): string {
  const seen = { image, policy, filters, findings, advisories };
  return uuidOf(createHash("sha256").update(`hardpan cves ${format}\n${JSON.stringify(seen)}`));
}

/** A UUID of one finding of an image: the same for the same vulnerability, package and place, whatever its version. */
export function findingUuid({ id, package: item, locations }: Finding, image: string): string {
  const parts = [image, id, item.type, item.name, locations[0] ?? ""];
  return uuidOf(createHash("sha256").update(`hardpan finding\n${JSON.stringify(parts)}`));
}
