import { type Alternatives, formatRelations } from "../../debian/relation.ts";
import { AptError } from "../error.ts";
import type { ArchivePackage, PackageIndex } from "../model.ts";

/** A package that cannot be installed: one of its dependencies cannot be met, perhaps because of another such package. */
export interface Failure {
  readonly package: ArchivePackage;
  readonly group: Alternatives;
  readonly inner: Failure | null;
}

/** APT_UNSATISFIABLE with the chain from what was asked for to what is missing, and what there is instead. */
export function unsatisfiable(failure: Failure, index: PackageIndex): AptError {
  const last = innermost(failure);
  const wanted = formatRelations([last.group]);
  const names = [...new Set(last.group.map((relation) => relation.name))];
  const exists = names.map((name) => whatExists(name, index)).join("; ");
  return new AptError("APT_UNSATISFIABLE", `cannot install ${chainOf(failure)}: ${exists}${notRead(index)}`, {
    hint: `ask for a version of ${last.package.name} whose dependencies are there, or exclude one with !${names[0] ?? wanted}`,
  });
}

/** APT_UNSATISFIABLE for an entry of the request that is not in the archive. */
export function nonexistent(entry: string, index: PackageIndex): AptError {
  const [name = ""] = entry.split("=");
  return new AptError("APT_UNSATISFIABLE", `cannot install ${entry}: ${whatExists(name, index)}${notRead(index)}`, {
    hint: "check the name and the release; of old versions the archive keeps only the newest of each suite",
  });
}

/** Repositories that may have had it. */
function notRead({ unreachable = [] }: PackageIndex): string {
  return unreachable.map(({ line, reason }) => `\nnot read: ${line} (${reason})`).join("");
}

/** `a → b → c (>= 2)`. */
function chainOf(failure: Failure): string {
  const rest = failure.inner === null ? formatRelations([failure.group]) : chainOf(failure.inner);
  return `${failure.package.name} → ${rest}`;
}

function innermost(failure: Failure): Failure {
  return failure.inner === null ? failure : innermost(failure.inner);
}

function whatExists(name: string, index: PackageIndex): string {
  const versions = index.find(name).map((entry) => `${entry.version} (${entry.suite})`);
  if (versions.length > 0) return `there is ${name} ${versions.join(", ")}`;
  const providers = [...new Set(index.providers(name).map((provider) => provider.package.name))];
  const suites = index.releases.map((release) => release.suite).join(", ");
  if (providers.length > 0) return `${name} is only provided, by ${providers.slice(0, 5).join(", ")}`;
  return `there is no ${name} in ${suites} for ${index.architecture}`;
}
