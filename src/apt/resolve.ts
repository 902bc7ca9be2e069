import { type Alternatives, formatRelations } from "../debian/relation.ts";
import type { CutEdge, PackageIndex, Resolution } from "./model.ts";
import { type Chosen, createChosen } from "./resolution/chosen.ts";
import { refuseConflicts } from "./resolution/conflicts.ts";
import { type Candidate, type Candidates, candidatesOf } from "./resolution/dependencies.ts";
import { type PackageRequest, parsePackageRequest } from "./resolution/request.ts";
import { type Failure, nonexistent, unsatisfiable } from "./resolution/unsatisfiable.ts";

/** What to resolve. */
export interface ResolveRequest {
  /** `name`, `name=version`, and `!name` for what must not be chosen to satisfy a dependency. */
  readonly packages: readonly string[];
  /**
   * Pre-Depends to leave out, by package: names of which one stands in the relation. Default `base-files: awk`, which
   * only its maintainer script needs, and none is run.
   */
  readonly ignorePreDepends?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Resolves packages and all they depend on: Pre-Depends and Depends, of each package the newest version (security
 * before updates before the release) or the one asked for. Of alternatives the first that can be satisfied is taken,
 * unless another is there anyway. Essential packages are not implied, Recommends not followed. A dependency that is
 * unmet because of an exclusion is dropped and listed in `cut`. The same request and index give the same answer,
 * whatever the order of the request. Throws APT_REQUEST_INVALID, APT_UNSATISFIABLE naming the chain, APT_CONFLICT.
 */
export function resolve(request: ResolveRequest, index: PackageIndex): Resolution {
  const asked = parsePackageRequest(request.packages);
  const ignorePreDepends = request.ignorePreDepends ?? { "base-files": ["awk"] };
  const candidates = candidatesOf(index, { pins: asked.wanted, ignorePreDepends });
  const unusable = new Map<string, Failure>();
  for (;;) {
    const attempt = choose({ asked, candidates, unusable, index });
    if ("failed" in attempt) {
      const { failed } = attempt;
      if (asked.wanted.has(failed.package.name)) throw unsatisfiable(failed, index);
      // Everything else may still be possible without this package: begin anew, knowing that.
      unusable.set(failed.package.name, failed);
      continue;
    }
    const { chosen } = attempt;
    refuseConflicts(chosen);
    return {
      packages: chosen.sorted().map((candidate) => candidate.package),
      explicit: [...asked.wanted.keys()].sort(compareText),
      cut: cutEdges(chosen),
    };
  }
}

interface Search {
  readonly asked: PackageRequest;
  readonly candidates: Candidates;
  /** Packages that were found not to be installable, and why. */
  readonly unusable: ReadonlyMap<string, Failure>;
  readonly index: PackageIndex;
}

interface Need {
  readonly by: Candidate;
  readonly group: Alternatives;
}

/** One attempt: chooses what there is no choice about first, so that open choices find most things already there. */
function choose(search: Search): { readonly chosen: Chosen } | { readonly failed: Failure } {
  const chosen = createChosen(search.candidates.architecture);
  const needs: Need[] = [];
  const open: Need[] = [];
  const take = (candidate: Candidate) => {
    if (chosen.add(candidate)) needs.push(...candidate.needs.map((group) => ({ by: candidate, group })));
  };
  for (const [name, version] of [...search.asked.wanted].sort(([a], [b]) => compareText(a, b))) {
    const candidate = search.candidates.byName(name);
    if (candidate === null) throw nonexistent(version === null ? name : `${name}=${version}`, search.index);
    take(candidate);
  }
  for (;;) {
    const certain = needs.shift();
    const need = certain ?? open.shift();
    if (need === undefined) return { chosen };
    if (chosen.meets(need.group)) continue;
    const options = optionsFor(need.group, search);
    const [first] = options;
    if (first === undefined) {
      if (isExcluded(need.group, search)) continue;
      return { failed: failureOf(need, search) };
    }
    if (certain !== undefined && options.length > 1) open.push(need);
    else take(first);
  }
}

/** What could be chosen to satisfy `group`, best first. */
function optionsFor(group: Alternatives, { asked, candidates, unusable }: Search): readonly Candidate[] {
  const options = group.flatMap((relation) => candidates.satisfying(relation));
  const allowed = ({ package: { name } }: Candidate) => !asked.excluded.has(name) && !unusable.has(name);
  return [...new Set(options.filter(allowed))];
}

/** Whether `group` would have had something to choose from but for an exclusion. */
function isExcluded(group: Alternatives, { asked, candidates }: Search): boolean {
  return group.some(
    (relation) =>
      asked.excluded.has(relation.name) ||
      candidates.satisfying(relation).some((candidate) => asked.excluded.has(candidate.package.name)),
  );
}

function failureOf({ by, group }: Need, { candidates, unusable }: Search): Failure {
  const names = group.flatMap((relation) => candidates.satisfying(relation)).map(({ package: { name } }) => name);
  const inner = names.map((name) => unusable.get(name)).find((failure) => failure !== undefined);
  return { package: by.package, group, inner: inner ?? null };
}

/** Dependencies that nothing chosen satisfies, including those that were to be ignored. */
function cutEdges(chosen: Chosen): readonly CutEdge[] {
  return chosen
    .sorted()
    .flatMap((candidate) =>
      [...candidate.ignored, ...candidate.needs]
        .filter((group) => !chosen.meets(group))
        .map((group) => ({ package: candidate.package.name, relation: formatRelations([group]) })),
    );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
