import { parentOf } from "../../facts/path.ts";
import type { FoundPackage, ScanContext } from "../cataloger.ts";
import { evidenceOf, type FolderFiles, pathsOf } from "./files.ts";

/** A package of a distribution's database. */
export interface DatabasePackage {
  readonly described: Omit<FoundPackage, "locations" | "evidence" | "dependsOn">;
  readonly files: readonly FolderFiles[];
  /** Positions in the same database. */
  readonly dependsOn: readonly number[];
}

/** A database of installed packages in an image. */
export interface PackageDatabase {
  readonly path: string;
  readonly packages: readonly DatabasePackage[];
}

/**
 * The packages of a distribution's databases, and who owns which file: each package its own, and `manager`, where it is
 * installed, the folder of the database. A package that stands in several databases, or twice in one, is one package.
 */
export function catalogDatabases(
  { tree, owners }: Pick<ScanContext, "tree" | "owners">,
  databases: readonly PackageDatabase[],
  options: { readonly manager: string },
): readonly FoundPackage[] {
  const found = new Map<string, Gathered>();
  for (const { path, packages } of databases) {
    const purls = packages.map(({ described }) => described.purl);
    for (const { described, files, dependsOn } of packages) {
      const { purl } = described;
      for (const file of pathsOf(files)) owners.add(file, purl);
      const gathered = found.get(purl) ?? { described, locations: new Set(), evidence: new Set(), needed: new Set() };
      gathered.locations.add(path);
      gathered.evidence.add(evidenceOf(tree, files));
      for (const position of dependsOn) gathered.needed.add(purls[position] ?? purl);
      found.set(purl, gathered);
    }
    const manager = packages.find(({ described }) => described.name === options.manager);
    if (manager !== undefined) owners.addFolder(parentOf(path), manager.described.purl);
    const [first] = purls;
    if (first !== undefined) owners.add(path, manager?.described.purl ?? first);
  }
  return [...found.values()].map(join);
}

/** What the databases say of one package; the first file that can be evidence is. */
interface Gathered {
  readonly described: DatabasePackage["described"];
  readonly locations: Set<string>;
  readonly evidence: Set<string | undefined>;
  readonly needed: Set<string>;
}

function join({ described, locations, evidence, needed }: Gathered): FoundPackage {
  const file = [...evidence].find((path) => path !== undefined);
  needed.delete(described.purl);
  return {
    ...described,
    locations: [...locations].sort(),
    ...(file === undefined ? {} : { evidence: file }),
    dependsOn: [...needed].sort(),
  };
}
