import { type ImageIdentity, identityOf, type PackageIdentity, type Sbom } from "./model.ts";
import { compareTexts } from "./order.ts";

/** A package that stands in both bills with other versions. */
export interface ChangedPackage {
  readonly type: string;
  readonly name: string;
  readonly from: PackageIdentity;
  readonly to: PackageIdentity;
}

/** What differs between two bills, sorted by type, name and version. */
export interface SbomDiff {
  readonly before: ImageIdentity;
  readonly after: ImageIdentity;
  readonly added: readonly PackageIdentity[];
  readonly removed: readonly PackageIdentity[];
  readonly changed: readonly ChangedPackage[];
  /** Packages that are in both with the same version. */
  readonly unchanged: number;
}

/**
 * What `after` has that `before` has not, and the other way round, by type, name and version. Where a name has one version that
 * went and one that came, it changed; where there are more, they are paired in their order and the rest was added or removed.
 * The same version met with several URLs, such as for two architectures, counts once for each.
 */
export function diffSboms(before: Sbom, after: Sbom): SbomDiff {
  const groups = new Map<string, { readonly gone: PackageIdentity[]; readonly come: PackageIdentity[] }>();
  const groupOf = ({ type, name }: PackageIdentity) => {
    const key = `${type} ${name}`;
    const group = groups.get(key) ?? { gone: [], come: [] };
    groups.set(key, group);
    return group;
  };
  const left = countedVersions(before);
  let unchanged = 0;
  for (const item of after.packages) {
    const same = left.get(versionKey(item));
    if (same?.pop() === undefined) groupOf(item).come.push(identityOf(item));
    else unchanged++;
  }
  for (const items of left.values()) for (const item of items) groupOf(item).gone.push(item);
  const sorted = [...groups].sort(([a], [b]) => compareTexts(a, b)).map(([, group]) => pairUp(group));
  return {
    before: before.image,
    after: after.image,
    added: sorted.flatMap(({ added }) => added),
    removed: sorted.flatMap(({ removed }) => removed),
    changed: sorted.flatMap(({ changed }) => changed),
    unchanged,
  };
}

function countedVersions({ packages }: Sbom): Map<string, PackageIdentity[]> {
  const versions = new Map<string, PackageIdentity[]>();
  for (const item of packages) {
    const key = versionKey(item);
    const known = versions.get(key);
    if (known === undefined) versions.set(key, [identityOf(item)]);
    else known.push(identityOf(item));
  }
  return versions;
}

function versionKey({ type, name, version }: PackageIdentity): string {
  return JSON.stringify([type, name, version]);
}

function pairUp({ gone, come }: { readonly gone: PackageIdentity[]; readonly come: PackageIdentity[] }) {
  gone.sort(byVersion);
  come.sort(byVersion);
  const pairs = Math.min(gone.length, come.length);
  const changed = gone.slice(0, pairs).flatMap((from, index): ChangedPackage[] => {
    const to = come[index];
    return to === undefined ? [] : [{ type: from.type, name: from.name, from, to }];
  });
  return { added: come.slice(pairs), removed: gone.slice(pairs), changed };
}

function byVersion(a: PackageIdentity, b: PackageIdentity): number {
  return compareTexts(a.version, b.version) || compareTexts(a.purl, b.purl);
}
