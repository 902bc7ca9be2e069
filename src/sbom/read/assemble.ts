import type { Sbom, SbomFile, SbomPackage } from "../model.ts";
import { byTypeNameVersion, compareTexts } from "../order.ts";
import { completePackage, type Draft, distributionOf, type Edge } from "./draft.ts";

/**
 * The bill that `draft` is: packages with the same URL are one, relationships have become `dependsOn` and `owner`, all is in the
 * order of the model.
 */
export function assemble(draft: Draft): Sbom {
  const purls = new Map<string, string>();
  const packages = new Map<string, SbomPackage>();
  const exactOwners = new Set<string>();
  const exactDependencies = new Set<string>();
  for (const item of draft.packages) {
    const exact = item.exact ?? {};
    const complete = { ...completePackage(item), ...exact };
    const known = packages.get(complete.purl);
    packages.set(complete.purl, known === undefined ? complete : merge(known, complete));
    purls.set(item.reference, complete.purl);
    if (exact.owner !== undefined) exactOwners.add(complete.purl);
    if (exact.dependsOn !== undefined) exactDependencies.add(complete.purl);
  }
  const needs = neededBy(draft.dependencies, purls);
  const owners = ownersIn(draft.contents, { purls, packages });
  const related = [...packages.values()].map((item) => ({
    ...item,
    owner: exactOwners.has(item.purl) ? item.owner : (owners.get(item.purl) ?? null),
    dependsOn: exactDependencies.has(item.purl) ? item.dependsOn : [...(needs.get(item.purl) ?? [])].sort(),
  }));
  const { image, distribution, unowned, base, removed, warnings } = {
    ...draft.subject,
    distribution: draft.subject.distribution ?? distributionOf(related),
    ...draft.exact,
  };
  return {
    image,
    distribution,
    packages: related.sort(byTypeNameVersion),
    unowned: { ...unowned, paths: [] },
    base,
    removed,
    warnings,
    ...(draft.files.length === 0 ? {} : { files: filesOf(draft, purls) }),
  };
}

/** Whether packages of this type bring files of other packages along. */
export function isDistributionType(type: string): boolean {
  return ["deb", "apk", "rpm", "alpm"].includes(type);
}

function merge(a: SbomPackage, b: SbomPackage): SbomPackage {
  return {
    ...a,
    source: a.source ?? b.source,
    licenses: union(a.licenses, b.licenses),
    locations: union(a.locations, b.locations),
    layer: a.layer ?? b.layer,
    supplier: a.supplier ?? b.supplier,
    architecture: a.architecture ?? b.architecture,
    comments: union(a.comments, b.comments),
    owner: a.owner ?? b.owner,
    fromBase: a.fromBase ?? b.fromBase,
    dependsOn: union(a.dependsOn, b.dependsOn),
  };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.length === 0 ? a : [...new Set([...a, ...b])];
}

function neededBy(edges: readonly Edge[], purls: ReadonlyMap<string, string>): ReadonlyMap<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    const user = purls.get(from);
    const needed = purls.get(to);
    if (user === undefined || needed === undefined || user === needed) continue;
    const known = needs.get(user);
    if (known === undefined) needs.set(user, new Set([needed]));
    else known.add(needed);
  }
  return needs;
}

function ownersIn(
  edges: readonly Edge[],
  known: { readonly purls: ReadonlyMap<string, string>; readonly packages: ReadonlyMap<string, SbomPackage> },
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [from, to] of edges) {
    const owner = known.purls.get(from);
    const owned = known.purls.get(to);
    if (owner === undefined || owned === undefined || owner === owned || owners.has(owned)) continue;
    if (isDistributionType(known.packages.get(owner)?.type ?? "")) owners.set(owned, owner);
  }
  return owners;
}

function filesOf(draft: Draft, purls: ReadonlyMap<string, string>): readonly SbomFile[] {
  const owners = new Map<string, string>();
  for (const [from, to] of draft.contents) {
    const owner = purls.get(from);
    if (owner !== undefined && !purls.has(to)) owners.set(to, owner);
  }
  return draft.files
    .map(({ path, size, sha256, sha1, layer, reference, owner }) => ({
      path,
      size,
      sha256,
      sha1,
      layer,
      owner: owner ?? owners.get(reference) ?? null,
    }))
    .sort((a, b) => compareTexts(a.path, b.path));
}
