import { AptError } from "../../../apt/error.ts";
import type { ArchivePackage, PackageIndex } from "../../../apt/model.ts";
import { resolve } from "../../../apt/resolve.ts";
import { CatalogError } from "../../../catalog/error.ts";
import { nearNames } from "../../../definition/near.ts";

/** The package's newest version. Throws CATALOG_PACKAGE_UNKNOWN with the nearest names where the archive has none. */
export function findPackage(name: string, index: PackageIndex): ArchivePackage {
  const [found] = index.find(name);
  if (found !== undefined) return found;
  const providers = [...new Set(index.providers(name).map((provider) => provider.package.name))].slice(0, 5);
  const suites = index.releases.map(({ suite }) => suite).join(", ");
  throw new CatalogError(
    "CATALOG_PACKAGE_UNKNOWN",
    `there is no package ${name} in ${suites} for ${index.architecture}`,
    {
      hint:
        providers.length > 0
          ? `it is only provided, by ${providers.join(", ")}: name one of them with --package`
          : `${nearHint(name, index)}; name the package with --package`,
    },
  );
}

function nearHint(name: string, index: PackageIndex): string {
  const isClose = (one: string) => one.includes(name) || Math.abs(one.length - name.length) <= 3;
  const names = index.names().filter(isClose);
  const longer = names.filter((one) => one.startsWith(name)).slice(0, 5);
  const near = longer.length > 0 ? longer : nearNames(name, names);
  return near.length === 0 ? "no name is like it" : `did you mean ${near.join(" or ")}?`;
}

/** Whether `items` can be installed together. */
export function canInstall(items: readonly string[], index: PackageIndex): boolean {
  try {
    resolve({ packages: items }, index);
    return true;
  } catch (cause) {
    if (cause instanceof AptError) return false;
    throw cause;
  }
}

/** Names of what a package depends on itself. */
export function directDependencies({ depends }: Pick<ArchivePackage, "depends">): ReadonlySet<string> {
  return new Set(depends.split(/[,|]/).map((part) => part.trim().split(/[\s:(]/)[0] ?? ""));
}

const fewEnough = { packages: 400, bytes: 800 * 2 ** 20 };

/** Libraries and data, which have neither programs nor settings. */
const withoutPrograms = /^(base-files|tzdata|ca-certificates|fonts-.+|lib.*(\d|\dt64|t64|-common|-data|-java|-perl))$/;

/** What to look into: the package, all of its source, and of the rest what may have programs; `isWhole` where that is all. */
export function toRead(
  closure: readonly ArchivePackage[],
  main: ArchivePackage,
): { readonly items: readonly ArchivePackage[]; readonly isWhole: boolean } {
  const isOwn = (item: ArchivePackage) => item.name === main.name || item.source.name === main.source.name;
  const bytes = closure.reduce((sum, { size }) => sum + size, 0);
  if (closure.length > fewEnough.packages || bytes > fewEnough.bytes) {
    const direct = directDependencies(main);
    return { items: closure.filter((item) => isOwn(item) || direct.has(item.name)), isWhole: false };
  }
  return { items: closure.filter((item) => isOwn(item) || !withoutPrograms.test(item.name)), isWhole: true };
}
