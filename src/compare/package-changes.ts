import { identityOf, type PackageIdentity } from "../sbom/model.ts";
import { compareTexts } from "../sbom/order.ts";
import type { PackageChanges } from "./comparison.ts";

/**
 * What became of each package. Of a name that is there several times, equal versions cancel out and the rest is paired in
 * order of version; what finds no partner is removed or added. Sorted by type, name, version.
 */
export function packageChanges(before: readonly PackageIdentity[], after: readonly PackageIdentity[]): PackageChanges {
  const left = groupByName(before);
  const right = groupByName(after);
  const removed: PackageIdentity[] = [];
  const added: PackageIdentity[] = [];
  const changed: { package: PackageIdentity; from: string }[] = [];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const [gone, come] = withoutCommon(left.get(name) ?? [], right.get(name) ?? []);
    const pairs = Math.min(gone.length, come.length);
    for (const [index, item] of come.entries()) {
      const partner = gone[index];
      if (index < pairs && partner !== undefined) changed.push({ package: identityOf(item), from: partner.version });
      else added.push(identityOf(item));
    }
    removed.push(...gone.slice(pairs).map(identityOf));
  }
  return {
    removed: removed.toSorted(byIdentity),
    added: added.toSorted(byIdentity),
    changed: changed.toSorted((one, other) => byIdentity(one.package, other.package)),
  };
}

/** The order of packages in every list: type, name, version. */
export function byIdentity(left: PackageIdentity, right: PackageIdentity): number {
  return (
    compareTexts(left.type, right.type) ||
    compareTexts(left.name, right.name) ||
    compareTexts(left.version, right.version)
  );
}

function groupByName(packages: readonly PackageIdentity[]): ReadonlyMap<string, readonly PackageIdentity[]> {
  return Map.groupBy(packages.toSorted(byIdentity), ({ type, name }) => `${type} ${name}`);
}

function withoutCommon(left: readonly PackageIdentity[], right: readonly PackageIdentity[]) {
  const come = [...right];
  const gone = left.filter(({ version }) => {
    const match = come.findIndex((candidate) => candidate.version === version);
    if (match !== -1) come.splice(match, 1);
    return match === -1;
  });
  return [gone, come] as const;
}
