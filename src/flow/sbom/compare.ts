import { diffSboms, type SbomDiff } from "../../sbom/diff.ts";
import type { Ports } from "../ports.ts";
import { readBill } from "./bill.ts";
import { onlyTypes } from "./only.ts";
import { describeWarnings } from "./warnings.ts";

/** References of what there was and what there is, and types of packages that count; no types means all. */
export interface BillComparison {
  readonly before: string;
  readonly after: string;
  readonly platform: string | null;
  readonly types: readonly string[];
}

/** What differs between the contents of two images, folders or bills, and what a reader must know of them. */
export async function compareBills(
  { before, after, platform, types }: BillComparison,
  ports: Ports,
): Promise<{ readonly diff: SbomDiff; readonly notes: readonly string[] }> {
  const read = async (reference: string) =>
    await readBill(
      { reference, platform: takesPlatform(reference) ? platform : null, within: null, base: null },
      ports,
    );
  const first = await read(before);
  const second = await read(after);
  const notes = [first, second].flatMap(({ sbom, notes: said }) => {
    const warnings = describeWarnings(sbom);
    return [...said, ...(warnings === null ? [] : [warnings])].map((note) => `${sbom.image.reference}: ${note}`);
  });
  return { diff: diffSboms(onlyTypes(first.sbom, types), onlyTypes(second.sbom, types)), notes };
}

/** A platform is for the image of the two where the other is a folder or a bill. */
function takesPlatform(reference: string): boolean {
  return !/^(fs|sbom):\/\//.test(reference);
}
