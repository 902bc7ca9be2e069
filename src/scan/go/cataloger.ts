import { SbomError } from "../../sbom/error.ts";
import { packageUrl } from "../../sbom/purl.ts";
import type { Cataloger, FoundPackage, ScanContext } from "../cataloger.ts";
import { onePerPurl } from "../one-per-purl.ts";
import { mainComments } from "./comments.ts";
import type { GoBuild, GoModule } from "./module-info.ts";
import { readGoProgram } from "./program.ts";

/**
 * Go modules, by what Go's linker writes into every program: its main module, the modules built into it and, as `stdlib`, the
 * standard library of the Go that built it. A program built without modules tells of the standard library alone.
 */
export const goCataloger: Cataloger<GoBuild> = {
  name: "go",
  interest: { programs: true },
  reading: () => ({ stream: readGoProgram }),
  catalog(context) {
    return onePerPurl([...context.findings].flatMap(([path, build]) => packagesOf(path, { build, context })));
  },
};

function packagesOf(
  path: string,
  { build, context }: { readonly build: GoBuild; readonly context: ScanContext<GoBuild> },
): readonly FoundPackage[] {
  const list = (module: GoModule, more: Partial<FoundPackage> = {}): FoundPackage[] => {
    try {
      return [{ ...modulePackage(module, path), ...more }];
    } catch (cause) {
      if (!(cause instanceof SbomError)) throw cause;
      context.warn(
        path,
        `its Go module ${JSON.stringify(module.path.slice(0, 100))} has a name no package URL can have`,
      );
      return [];
    }
  };
  const parts = [...standardLibrary(build), ...build.dependencies].flatMap((module) => list(module));
  if (build.main === null) return parts;
  const dependsOn = parts.map(({ purl }) => purl).sort();
  const architecture = build.settings["GOARCH"] ?? null;
  const main = list(build.main, { dependsOn, architecture, comments: mainComments(build) });
  for (const { purl } of main) context.owners.add(path, purl);
  return [...main, ...parts];
}

/** Go's version stands as `go1.22.1 X:experiment` in the program; versions in development have no number. */
function standardLibrary({ goVersion }: GoBuild): readonly GoModule[] {
  const [, version = ""] = /^(?:devel )?go(\d[^\s]*)/.exec(goVersion) ?? [];
  return version === "" ? [] : [{ path: "stdlib", version }];
}

function modulePackage({ path, version, replacement }: GoModule, location: string): FoundPackage {
  const isFolder = replacement !== undefined && /^\.{0,2}\//.test(replacement.path);
  const used = replacement === undefined ? { path, version } : { ...replacement, ...(isFolder ? { path } : {}) };
  // The specification has both in lower case, though Go tells the letters of module paths apart.
  const lower = used.path.toLowerCase();
  const slash = lower.lastIndexOf("/");
  const namespace = slash < 0 ? null : lower.slice(0, slash);
  const purl = packageUrl({ type: "golang", namespace, name: lower.slice(slash + 1), version: used.version });
  return {
    ...{ type: "golang", name: used.path, version: used.version, source: null, purl },
    ...{ licenses: [], locations: [location], supplier: null, architecture: null },
    comments:
      replacement === undefined ? [] : [`${isFolder ? "from a folder" : "used"} in place of ${path} ${version}`],
  };
}
