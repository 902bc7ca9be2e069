import type { Sbom, SbomPackage } from "../model.ts";
import { isDistributionType } from "../read/assemble.ts";
import { completePackage, type DraftPackage, distributionOf, type Subject } from "../read/draft.ts";
import { noteMark } from "../read/exact.ts";
import { orderedPackage } from "./ordered.ts";

/**
 * What a format's own words lose of `item`: the fields that differ in `draft`, which is what a reader takes from them. null when
 * they lose nothing. `relations` is what its relationships say.
 */
export function lostOfPackage(
  item: SbomPackage,
  said: { readonly draft: DraftPackage; readonly relations: Relations },
): Partial<SbomPackage> | null {
  const { draft, relations } = said;
  const read: SbomPackage = {
    ...completePackage(draft),
    owner: relations.owner(item),
    dependsOn: relations.dependsOn(item),
    ...draft.exact,
  };
  return differences(orderedPackage(item), orderedPackage(read));
}

/** What a format's own words lose of the bill as a whole; null when nothing. `said` is what a reader takes from them. */
export function lostOfSubject(sbom: Sbom, said: Subject): Partial<Subject> | null {
  const { image, distribution, unowned, base, removed, warnings } = sbom;
  const { files, bytes } = unowned;
  const read = { ...said, distribution: said.distribution ?? distributionOf(sbom.packages) };
  return differences({ image, distribution, unowned: { files, bytes }, base, removed, warnings }, read);
}

/** A note of ours: the mark and JSON. */
export function noteText(lost: object): string {
  return `${noteMark}${JSON.stringify(lost)}`;
}

/** Which relationships of a bill lead somewhere in it. */
export interface Relations {
  /** The URLs `item` needs that are packages of the bill, sorted. */
  dependsOn(item: SbomPackage): readonly string[];
  /** The URL of the package of the distribution that brought `item`, where the bill has it. */
  owner(item: SbomPackage): string | null;
}

/** The relationships of `packages`. */
export function relationsIn(packages: readonly SbomPackage[]): Relations {
  const types = new Map(packages.map((item) => [item.purl, item.type]));
  return {
    dependsOn: (item) => [...new Set(item.dependsOn)].filter((purl) => purl !== item.purl && types.has(purl)).sort(),
    owner: ({ owner, purl }) =>
      owner !== null && owner !== purl && isDistributionType(types.get(owner) ?? "") ? owner : null,
  };
}

function differences<Whole extends object>(wanted: Whole, read: Whole): Partial<Whole> | null {
  const lost: Partial<Whole> = {};
  let hasLost = false;
  for (const key in wanted) {
    if (isSame(wanted[key], read[key])) continue;
    lost[key] = wanted[key];
    hasLost = true;
  }
  return hasLost ? lost : null;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
