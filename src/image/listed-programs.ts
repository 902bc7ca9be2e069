import { packageRequest } from "../definition/package.ts";
import type { DefinitionContents } from "../definition/schema.ts";
import { packageManagerIn, shellsIn } from "../facts/program-packages.ts";

/** Shells and package managers that a definition asks for by listing their packages. */
export interface ListedPrograms {
  /** By package, the names of the shells it brings, its own first. */
  readonly shells: Readonly<Record<string, readonly string[]>>;
  readonly packageManagers: readonly string[];
}

/** The shells and package managers among the packages that a definition lists; what only depends on them is not looked at. */
export function listedPrograms({ packages }: Pick<DefinitionContents, "packages">): ListedPrograms {
  const listed = packageRequest(packages).packages.map(({ name }) => name);
  const shells = listed.flatMap((name): [string, readonly string[]][] => {
    const names = shellsIn(name);
    return names === null ? [] : [[name, names]];
  });
  return {
    shells: Object.fromEntries(shells),
    packageManagers: listed.flatMap((name) => packageManagerIn(name) ?? []),
  };
}
