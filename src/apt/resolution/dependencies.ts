import {
  type Alternatives,
  parseRelations,
  type Relation,
  relationAppliesTo,
  satisfies,
} from "../../debian/relation.ts";
import type { ArchivePackage, PackageIndex } from "../model.ts";

/** A package and what it takes to install it. Any one of the alternatives of each group suffices. */
export interface Candidate {
  readonly package: ArchivePackage;
  /** Pre-Depends, then Depends. */
  readonly needs: readonly Alternatives[];
  /** Pre-Depends that were not to be followed. */
  readonly ignored: readonly Alternatives[];
  readonly provides: readonly { readonly name: string; readonly version: string | null }[];
}

/** The one version of every package that may be chosen: the pinned one, else the newest. */
export interface Candidates {
  /** null where there is no such package, or not in the pinned version. */
  byName(name: string): Candidate | null;
  /** Candidates that could satisfy `relation`: the package of that name, then those that provide it, the likeliest first. */
  satisfying(relation: Relation): readonly Candidate[];
  readonly architecture: string;
}

/** What may be chosen from `index`. */
export function candidatesOf(
  index: PackageIndex,
  options: {
    readonly pins: ReadonlyMap<string, string | null>;
    readonly ignorePreDepends: Readonly<Record<string, readonly string[]>>;
  },
): Candidates {
  const { architecture } = index;
  const known = new Map<string, Candidate | null>();
  const byName = (name: string) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const pin = options.pins.get(name) ?? null;
    const found = index.find(name).find((entry) => pin === null || entry.version === pin);
    const ignored = options.ignorePreDepends[name] ?? [];
    const candidate = found === undefined ? null : candidateOf(found, { architecture, ignored });
    known.set(name, candidate);
    return candidate;
  };
  return {
    architecture,
    byName,
    satisfying(relation) {
      if (!fitsArchitecture(relation, architecture)) return [];
      const named = byName(relation.name);
      const real = named !== null && satisfies(named.package.version, relation) ? [named] : [];
      const providers = index
        .providers(relation.name)
        .filter(({ version }) => provides(version, relation))
        .flatMap((provider) => {
          const candidate = byName(provider.package.name);
          const same = candidate?.package.version === provider.package.version;
          return candidate !== null && same && candidate !== named ? [candidate] : [];
        })
        .sort((a, b) => compareLikelihood(a.package, b.package));
      return [...new Set([...real, ...providers])];
    },
  };
}

/** Whether `candidate` satisfies `relation`, by its name or by what it provides (Debian Policy 7.5). */
export function isSatisfiedBy(relation: Relation, candidate: Candidate): boolean {
  if (candidate.package.name === relation.name && satisfies(candidate.package.version, relation)) return true;
  return candidate.provides.some(({ name, version }) => name === relation.name && provides(version, relation));
}

/** A relation with a version is satisfied only by something provided with a version. */
function provides(version: string | null, relation: Relation): boolean {
  return relation.operator === null || (version !== null && satisfies(version, relation));
}

/** `:any` and `:native` are the image's own architecture; a package of another one is never there. */
export function fitsArchitecture(relation: Relation, architecture: string): boolean {
  const { archQualifier } = relation;
  return archQualifier === null || ["any", "native", architecture].includes(archQualifier);
}

function candidateOf(
  found: ArchivePackage,
  options: { readonly architecture: string; readonly ignored: readonly string[] },
): Candidate {
  const needs = (field: string) =>
    parseRelations(field)
      .map((group) => group.filter((relation) => relationAppliesTo(relation, options.architecture)))
      .filter((group) => group.length > 0);
  const ignores = (group: Alternatives) => group.some((relation) => options.ignored.includes(relation.name));
  const preDepends = needs(found.preDepends);
  return {
    package: found,
    needs: [...preDepends.filter((group) => !ignores(group)), ...needs(found.depends)],
    ignored: preDepends.filter(ignores),
    provides: parseRelations(found.provides)
      .flat()
      .map(({ name, operator, version }) => ({ name, version: operator === "=" ? version : null })),
  };
}

const priorities = ["required", "important", "standard", "optional"];

/** Essential first, then by priority, then by name. */
function compareLikelihood(a: ArchivePackage, b: ArchivePackage): number {
  const rank = (entry: ArchivePackage) => {
    const place = priorities.indexOf(entry.priority);
    return (entry.essential ? 0 : 10) + (place === -1 ? priorities.length : place);
  };
  return rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
