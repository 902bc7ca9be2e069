import { SbomError } from "../../sbom/error.ts";
import { packageUrl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { onePerPurl } from "../one-per-purl.ts";
import type { Crate } from "./audit-data.ts";
import { readRustProgram } from "./program.ts";

/**
 * Rust crates, by the list that `cargo auditable` puts into programs; of those only what is in the program, not what took
 * part in building it. A program without a list tells nothing of its crates.
 */
export const rustCataloger: Cataloger<readonly Crate[]> = {
  name: "rust",
  interest: { programs: true },
  reading: () => ({ stream: readRustProgram }),
  catalog(context) {
    return onePerPurl([...context.findings].flatMap(([path, crates]) => packagesOf(path, { crates, context })));
  },
};

function packagesOf(
  path: string,
  { crates, context }: { readonly crates: readonly Crate[]; readonly context: ScanContext<readonly Crate[]> },
): readonly FoundPackage[] {
  const purls = crates.map((crate) => (crate.isRuntime ? purlOf(crate) : null));
  if (crates.some((crate, index) => crate.isRuntime && purls[index] === null)) {
    context.warn(path, "one of its Rust crates has a name or version no package URL can have");
  }
  return crates.flatMap((crate, index): FoundPackage[] => {
    const purl = purls[index] ?? null;
    if (purl === null) return [];
    if (crate.isRoot) context.owners.add(path, purl);
    return [
      {
        ...{ type: "cargo", name: crate.name, version: crate.version, source: null, purl },
        ...{ licenses: [], locations: [path], supplier: null, architecture: null },
        comments: crate.source === "" || crate.source === "crates.io" ? [] : [`source: ${crate.source}`],
        dependsOn: crate.dependencies.flatMap((place) => purls[place] ?? []).sort(),
      },
    ];
  });
}

function purlOf({ name, version }: Crate): string | null {
  try {
    return packageUrl({ type: "cargo", namespace: null, name, version });
  } catch (cause) {
    if (cause instanceof SbomError) return null;
    throw cause;
  }
}
