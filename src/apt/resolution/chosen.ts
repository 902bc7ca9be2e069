import type { Alternatives, Relation } from "../../debian/relation.ts";
import { type Candidate, fitsArchitecture, isSatisfiedBy } from "./dependencies.ts";

/** The packages chosen so far, one version of each. */
export interface Chosen {
  /** Adds `candidate`; false when a package of that name is there already. */
  add(candidate: Candidate): boolean;
  /** Whether one of the alternatives is satisfied. */
  meets(group: Alternatives): boolean;
  /** Those that satisfy `relation`. */
  satisfying(relation: Relation): readonly Candidate[];
  /** All, by name. */
  sorted(): readonly Candidate[];
}

/** Nothing chosen yet. */
export function createChosen(architecture: string): Chosen {
  const packages = new Map<string, Candidate>();
  // By the package's own name and by every name it provides.
  const named = new Map<string, Candidate[]>();
  const satisfying = (relation: Relation) => {
    if (!fitsArchitecture(relation, architecture)) return [];
    return (named.get(relation.name) ?? []).filter((candidate) => isSatisfiedBy(relation, candidate));
  };
  return {
    add(candidate) {
      const { name } = candidate.package;
      if (packages.has(name)) return false;
      packages.set(name, candidate);
      for (const known of new Set([name, ...candidate.provides.map((provided) => provided.name)])) {
        const others = named.get(known);
        if (others === undefined) named.set(known, [candidate]);
        else others.push(candidate);
      }
      return true;
    },
    meets: (group) => group.some((relation) => satisfying(relation).length > 0),
    satisfying,
    sorted: () => [...packages.values()].sort((a, b) => (a.package.name < b.package.name ? -1 : 1)),
  };
}
