import { compareDebianVersions } from "../../debian/version.ts";
import type {
  ArchivePackage,
  DebianArchitecture,
  PackageIndex,
  Pocket,
  Release,
  UnreachableRepository,
} from "../model.ts";
import type { PackageStore } from "./store.ts";

/** A verified suite with its packages; one store for each component. */
export interface IndexPart {
  readonly release: Release;
  readonly stores: readonly PackageStore[];
}

/** What an index is of besides its parts. */
export interface IndexOptions {
  readonly architecture: DebianArchitecture;
  /** What else was asked for and could not be read. */
  readonly unreachable?: readonly UnreachableRepository[];
}

/** The packages of several suites as one. Answers are remembered; closing closes the stores. */
export function mergeIndex(parts: readonly IndexPart[], options: IndexOptions): PackageIndex {
  const { architecture, unreachable = [] } = options;
  const stores = parts.flatMap((part) => part.stores);
  const shelves = [true, false].map((wanted) =>
    parts.filter((part) => part.release.automatic === wanted).flatMap((part) => part.stores),
  );
  const found = new Map<string, readonly ArchivePackage[]>();
  const find = (name: string) => {
    const known = found.get(name);
    if (known !== undefined) return known;
    const packages = withoutRepetition(
      shelves.flatMap((shelf) => shelf.flatMap((store) => store.find(name)).sort(compareAge)),
    );
    found.set(name, packages);
    return packages;
  };
  const newestOf = (packages: readonly ArchivePackage[]) =>
    [...new Set(packages.map((entry) => entry.name))].sort().flatMap((name) => find(name).slice(0, 1));
  return {
    architecture,
    releases: parts.map((part) => part.release),
    unreachable,
    find,
    names: () => [...new Set(stores.flatMap((store) => store.names()))].sort(compareText),
    providers: (name) =>
      stores
        .flatMap((store) => store.providers(name))
        .sort((a, b) => compareText(a.package.name, b.package.name) || compareAge(a.package, b.package)),
    ofSource: (name) =>
      stores.flatMap((store) => store.ofSource(name)).sort((a, b) => compareText(a.name, b.name) || compareAge(a, b)),
    withPriority: (priority) =>
      newestOf(stores.flatMap((store) => store.withPriority(priority))).filter((entry) => entry.priority === priority),
    essential: () => newestOf(stores.flatMap((store) => store.essential())).filter((entry) => entry.essential),
    close() {
      for (const store of stores) store.close();
    },
  };
}

const rank: Readonly<Record<Pocket, number>> = { security: 0, updates: 1, release: 2, backports: 3, "third-party": 4 };

/** The same version twice is listed once, as it comes first. */
function withoutRepetition(packages: readonly ArchivePackage[]): readonly ArchivePackage[] {
  const known = new Set<string>();
  return packages.filter(({ version, architecture }) => {
    const key = `${version} ${architecture}`;
    return !known.has(key) && known.add(key);
  });
}

/** Newest first; of the same version the one in security first. */
function compareAge(a: ArchivePackage, b: ArchivePackage): number {
  return compareDebianVersions(b.version, a.version) || rank[a.pocket] - rank[b.pocket];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
