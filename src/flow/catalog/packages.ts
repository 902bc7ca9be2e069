import { AptError } from "../../apt/error.ts";
import type { PackageIndex } from "../../apt/model.ts";
import { resolve } from "../../apt/resolve.ts";
import type { Substitution } from "../../catalog/substitution.ts";
import { archiveItems, packageRequest } from "../../definition/package.ts";

/** Where packages may come from. */
export interface PackageSupply {
  readonly index: PackageIndex;
  readonly substitutions: ReadonlyMap<string, Substitution>;
}

/**
 * The packages among `items` that are not there: `name`, or `name=version` for a pin that the archive does not have. A
 * substitute stands for a name but not for a pin, which names one package of one archive. `notes` say of a name that is
 * only provided by which package.
 */
export function missingPackages(
  items: readonly string[],
  { index, substitutions }: PackageSupply,
): { readonly missing: readonly string[]; readonly notes: readonly string[] } {
  const missing: string[] = [];
  const notes: string[] = [];
  for (const { name, version } of packageRequest(items).packages) {
    const substitute = substitutions.get(name);
    const found = index.find(substitute?.kind === "generated" ? substitute.from : name);
    if (substitute?.kind === "npm" || (substitute !== undefined && found.length > 0)) {
      if (version !== null) missing.push(`${name}=${version}`);
    } else if (found.length === 0) {
      missing.push(name);
      const providers = [...new Set(index.providers(name).map((provider) => provider.package.name))].slice(0, 5);
      if (providers.length > 0) notes.push(`${name} is only provided, by ${providers.join(", ")}: list one of them`);
    } else if (version !== null && !found.some((candidate) => candidate.version === version)) {
      missing.push(`${name}=${version}`);
    }
  }
  return { missing, notes };
}

/** Why `items`, all of which exist, cannot be installed together; none when they can. `what` names the chain. */
export function unresolved(
  items: readonly string[],
  { index, substitutions }: PackageSupply,
): readonly { readonly what: string; readonly message: string }[] {
  const packages = archiveItems(packageRequest(items), (name) => substitutions.has(name));
  try {
    resolve({ packages }, index);
    return [];
  } catch (cause) {
    if (!(cause instanceof AptError)) throw cause;
    return [{ what: /^cannot install (.+?): /.exec(cause.message)?.[1] ?? cause.message, message: cause.message }];
  }
}
