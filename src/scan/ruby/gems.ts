import { compareGemVersions, fulfils } from "./gem-version.ts";
import type { GemRequirement, GemSpecification } from "./gemspec.ts";

/** A gem found in an image. */
export interface Gem {
  readonly specification: GemSpecification;
  /** Its specification's path. */
  readonly path: string;
  readonly home: string;
  readonly isDefault: boolean;
  readonly purl: string;
}

/** Finds what gems require among the others. */
export interface GemSet {
  /** The purls of the newest gems that fulfil what `gem` requires, of its own home first, sorted. */
  dependenciesOf(gem: Gem): readonly string[];
}

/** How many gems of one name are looked at; an image has a few at most. */
const mostOfOneName = 100;

/** Gems of all homes. Which homes a Ruby looks in is said where it runs, so that any may serve a gem that its own lacks. */
export function createGemSet(gems: readonly Gem[]): GemSet {
  const byName = new Map<string, Gem[]>();
  for (const gem of gems) {
    const group = byName.get(gem.specification.name);
    if (group === undefined) byName.set(gem.specification.name, [gem]);
    else group.push(gem);
  }
  for (const [name, group] of byName) byName.set(name, group.sort(newestFirst).slice(0, mostOfOneName));
  const find = (requirement: GemRequirement, home: string) => {
    const fitting = byName.get(requirement.name)?.filter((gem) => serves(gem, requirement)) ?? [];
    return fitting.find((gem) => gem.home === home) ?? fitting[0];
  };
  return {
    dependenciesOf({ specification, home }) {
      const purls = specification.requires.flatMap((requirement) => find(requirement, home)?.purl ?? []);
      return [...new Set(purls)].sort();
    },
  };
}

function serves({ specification }: Gem, { conditions }: GemRequirement): boolean {
  return conditions.every((condition) => fulfils(specification.version, condition));
}

function newestFirst(a: Gem, b: Gem): number {
  return compareGemVersions(b.specification.version, a.specification.version);
}
