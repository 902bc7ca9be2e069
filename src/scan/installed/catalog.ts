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
  const found = new Map<string, FoundPackage>();
  for (const { path, packages } of databases) {
    const purls = packages.map(({ described }) => described.purl);
    for (const { described, files, dependsOn } of packages) {
      const { purl } = described;
      for (const file of pathsOf(files)) owners.add(file, purl);
      const needed = dependsOn.flatMap((position) => purls[position] ?? []).filter((other) => other !== purl);
      const evidence = evidenceOf(tree, files);
      const known = found.get(purl);
      found.set(purl, {
        ...described,
        locations: [...new Set([...(known?.locations ?? []), path])].sort(),
        ...(evidence === undefined ? {} : { evidence }),
        dependsOn: [...new Set([...(known?.dependsOn ?? []), ...needed])].sort(),
      });
    }
    const manager = packages.find(({ described }) => described.name === options.manager);
    if (manager !== undefined) owners.addFolder(parentOf(path), manager.described.purl);
    const [first] = purls;
    if (first !== undefined) owners.add(path, manager?.described.purl ?? first);
  }
  return [...found.values()];
}
