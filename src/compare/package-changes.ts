import { identityOf, type PackageIdentity } from "../sbom/model.ts";
import { compareTexts } from "../sbom/order.ts";
import type { ChangedPackage, PackageChanges } from "./comparison.ts";
import { versionDirection } from "./version-direction.ts";

/**
 * What became of each package. Of a name that is there several times, equal versions cancel out and the rest is paired in
 * order of version; what finds no partner is removed or added. Sorted by type, name, version.
 */
export function packageChanges(before: readonly PackageIdentity[], after: readonly PackageIdentity[]): PackageChanges {
  const left = groupByName(before);
  const right = groupByName(after);
  const removed: PackageIdentity[] = [];
  const added: PackageIdentity[] = [];
  const changed: ChangedPackage[] = [];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const [gone, come] = withoutCommon(left.get(name) ?? [], right.get(name) ?? []);
    const pairs = Math.min(gone.length, come.length);
    for (const [index, item] of come.entries()) {
      const partner = gone[index];
      if (index < pairs && partner !== undefined) changed.push(changedPackage(item, partner.version));
      else added.push(identityOf(item));
    }
    removed.push(...gone.slice(pairs).map(identityOf));
  }
  return {
    removed: removed.toSorted(byIdentity),
    added: added.toSorted(byIdentity),
    changed: changed.toSorted((one, other) => byIdentity(one.package, other.package)),
    unchanged: after.length - added.length - changed.length,
  };
}

function changedPackage(item: PackageIdentity, from: string): ChangedPackage {
  return { package: identityOf(item), from, direction: versionDirection(item.type, { from, to: item.version }) };
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
  const common = new Map<string, number>();
  for (const { version } of right) common.set(version, (common.get(version) ?? 0) + 1);
  const spare = new Map(common);
  const gone = left.filter(({ version }) => !takeOne(spare, version));
  const kept = new Map([...common].map(([version, count]) => [version, count - (spare.get(version) ?? 0)]));
  const come = right.filter(({ version }) => !takeOne(kept, version));
  return [gone, come] as const;
}

function takeOne(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0;
  if (count > 0) counts.set(key, count - 1);
  return count > 0;
}
